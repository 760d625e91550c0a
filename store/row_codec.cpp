#include "store/row_codec.hpp"

#include <cstdint>
#include <utility>

namespace ringmaster::store {

namespace {

// The first byte of each value, so that another layout can come one day.
constexpr char row_layout = 1;
constexpr char result_layout = 2;
constexpr char answer_layout = 3;

/// Seven bits a byte, lowest first; the high bit says that more follow.
void put_length(std::size_t length, std::string& to) {
  for (; length >= 0x80; length >>= 7U)
    to.push_back(static_cast<char>(static_cast<unsigned char>(length | 0x80U)));
  to.push_back(static_cast<char>(length));
}

void put_number(std::uint64_t number, std::string& to) {
  for (unsigned shift = 0; shift < 64; shift += 8)
    to.push_back(static_cast<char>(static_cast<unsigned char>(number >> shift)));
}

void put_text(std::string_view text, std::string& to) {
  put_length(text.size(), to);
  to.append(text);
}

/// Takes one piece after another from the front; nothing where bytes run out.
class reader {
public:
  explicit reader(std::string_view bytes) : rest_{bytes} {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  [[nodiscard]] bool take(char expected) {
    if (!rest_.starts_with(expected))
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  [[nodiscard]] bool take(std::string& text) {
    auto length = take_length();
    if (!length || *length > rest_.size())
      return false;
    text.assign(rest_.substr(0, *length));
    rest_.remove_prefix(*length);
    return true;
  }

  [[nodiscard]] bool take(bool& flag) {
    flag = rest_.starts_with('\1');
    return take(flag ? '\1' : '\0');
  }

  [[nodiscard]] bool take(std::uint64_t& number) {
    if (rest_.size() < sizeof number)
      return false;
    number = 0;
    for (unsigned i = 0; i < sizeof number; ++i)
      number |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << 8 * i;
    rest_.remove_prefix(sizeof number);
    return true;
  }

private:
  std::optional<std::size_t> take_length() {
    std::size_t length = 0;
    for (unsigned shift = 0; shift < 35 && !rest_.empty(); shift += 7) {
      auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      length |= static_cast<std::size_t>(byte & 0x7FU) << shift;
      if (byte < 0x80)
        return length;
    }
    return std::nullopt;
  }

  std::string_view rest_;
};

} // namespace

void encode(const domain::contact_row& row, std::string& to) {
  to.assign(1, row_layout);
  put_text(row.phone_number, to);
  for (const auto& it : row.values)
    put_text(it, to);
}

std::optional<domain::contact_row> decode_row(std::string_view bytes) {
  reader from{bytes};
  domain::contact_row row;
  if (!from.take(row_layout) || !from.take(row.phone_number))
    return std::nullopt;
  while (!from.at_end()) {
    if (!from.take(row.values.emplace_back()))
      return std::nullopt;
  }
  return row;
}

void encode(const events::call_result& result, std::string& to) {
  to.assign(1, result_layout);
  to.push_back(result.simulated ? '\1' : '\0');
  put_text(result.transcript, to);
  put_text(result.gathered_context, to);
  put_text(result.recording_url, to);
}

std::optional<events::call_result> decode_result(std::string_view bytes) {
  reader from{bytes};
  events::call_result result;
  if (
    !from.take(result_layout) || !from.take(result.simulated) || !from.take(result.transcript)
    || !from.take(result.gathered_context) || !from.take(result.recording_url) || !from.at_end())
    return std::nullopt;
  return result;
}

void encode(const kept_answer& answer, std::string& to) {
  to.assign(1, answer_layout);
  put_number(static_cast<std::uint64_t>(answer.kept_at.time_since_epoch().count()), to);
  put_number(answer.status, to);
  put_text(answer.digest, to);
  put_text(answer.body, to);
  for (const auto& [name, value] : answer.headers) {
    put_text(name, to);
    put_text(value, to);
  }
}

std::optional<kept_answer> decode_answer(std::string_view bytes) {
  reader from{bytes};
  kept_answer answer;
  std::uint64_t kept_at = 0;
  std::uint64_t status = 0;
  if (
    !from.take(answer_layout) || !from.take(kept_at) || !from.take(status)
    || !from.take(answer.digest) || !from.take(answer.body))
    return std::nullopt;
  answer.kept_at = events::instant{events::duration{static_cast<std::int64_t>(kept_at)}};
  answer.status = static_cast<unsigned>(status);
  while (!from.at_end()) {
    auto& [name, value] = answer.headers.emplace_back();
    if (!from.take(name) || !from.take(value))
      return std::nullopt;
  }
  return answer;
}

} // namespace ringmaster::store
