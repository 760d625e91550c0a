#include "telephony/sip_book.hpp"

#include "telephony/sip_veil.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ringmaster::telephony {

namespace {

using events::attempt_key;
using events::instant;

// A line is a word for what happened, the call, when, and words that go with it:
//   placed cmp_01h7x3k9q2zt.17.2 1767603600000000
//   answered … <call id> <local> <remote> <target> <cseq> <route>…
//   joined … (the same of the agent)
//   ended … <outcome> <cause> <code> <talk time in ms>
// Blanks, `%` and what is not visible in a word are percent-encoded; `-` is empty.
constexpr std::string_view placed_word = "placed";
constexpr std::string_view answered_word = "answered";
constexpr std::string_view joined_word = "joined";
constexpr std::string_view ended_word = "ended";

/// A file that grew by so much since it was last written anew may hold little
/// that is still wanted: about 100,000 calls.
constexpr std::uint64_t rewrite_after = 32 << 20;

std::string as_word(std::string_view text) {
  if (text.empty() || text == "-")
    return text.empty() ? "-" : "%2D";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string word;
  for (char it : text) {
    auto byte = static_cast<unsigned char>(it);
    if (it > ' ' && it < 0x7f && it != '%')
      word += it;
    else
      word.append(1, '%').append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
  }
  return word;
}

std::string from_word(std::string_view word) {
  if (word == "-")
    return {};
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    unsigned byte = 0;
    if (
      word[i] == '%' && i + 2 < word.size()
      && std::from_chars(word.data() + i + 1, word.data() + i + 3, byte, 16).ec == std::errc{}) {
      text += static_cast<char>(byte);
      i += 2;
    } else {
      text += word[i];
    }
  }
  return text;
}

template <class Number>
std::optional<Number> take_number(std::string_view& line) {
  auto word = take_word(line);
  Number number{};
  auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (word.empty() || error != std::errc{} || end != word.data() + word.size())
    return std::nullopt;
  return number;
}

std::string begin_line(std::string_view what, const attempt_key& call, instant at) {
  std::string line{what};
  line.append(1, ' ').append(to_string(call)).append(1, ' ');
  return line.append(std::to_string(at.time_since_epoch().count()));
}

void add_word(std::string& line, std::string_view text) {
  line.append(1, ' ').append(as_word(text));
}

std::string with_dialog(std::string line, const sip_dialog& it) {
  for (const auto* part : {&it.call_id, &it.local, &it.remote, &it.target})
    add_word(line, *part);
  add_word(line, std::to_string(it.cseq));
  for (const auto& route : it.routes)
    add_word(line, route);
  return line;
}

std::optional<sip_dialog> take_dialog(std::string_view line) {
  sip_dialog it;
  for (auto* part : {&it.call_id, &it.local, &it.remote, &it.target})
    *part = from_word(take_word(line));
  auto cseq = take_number<std::uint32_t>(line);
  if (!cseq)
    return std::nullopt;
  it.cseq = *cseq;
  while (!line.empty())
    it.routes.push_back(from_word(take_word(line)));
  if (!can_be_kept(it))
    return std::nullopt;
  return it;
}

std::string end_line(const attempt_key& call, const events::call_ended& how) {
  auto line = begin_line(ended_word, call, how.at);
  add_word(line, to_string(how.outcome));
  add_word(line, how.cause);
  add_word(line, how.provider_code);
  add_word(line, std::to_string(how.talk_time_ms));
  return line;
}

std::optional<events::call_ended> take_end(std::string_view line, instant at) {
  events::call_ended it;
  auto outcome = events::parse_outcome(take_word(line));
  it.cause = from_word(take_word(line));
  it.provider_code = from_word(take_word(line));
  auto talk_time_ms = take_number<std::uint64_t>(line);
  if (!outcome || !talk_time_ms)
    return std::nullopt;
  it.outcome = *outcome;
  it.talk_time_ms = *talk_time_ms;
  it.at = at;
  return it;
}

} // namespace

bool can_be_kept(const sip_dialog& it) {
  auto fits = [](const std::string& part) {
    return !part.empty() && part.size() <= longest_dialog_part;
  };
  return fits(it.call_id) && fits(it.local) && fits(it.remote) && fits(it.target)
         && it.routes.size() <= most_dialog_routes && std::ranges::all_of(it.routes, fits);
}

std::optional<sip_dialog> hide_number(sip_dialog it, std::string_view number) {
  if (!can_be_kept(it))
    return std::nullopt;
  std::vector<std::string*> parts{&it.local, &it.remote, &it.target};
  for (auto& route : it.routes)
    parts.push_back(&route);
  for (auto* part : parts) {
    auto hidden = hide_number(*part, number);
    if (!hidden)
      return std::nullopt;
    *part = std::move(*hidden);
  }
  return it;
}

sip_dialog show_number(sip_dialog it, std::string_view number) {
  for (auto* part : {&it.local, &it.remote, &it.target})
    *part = show_number(*part, number);
  for (auto& route : it.routes)
    route = show_number(route, number);
  return it;
}

sip_book::sip_book(std::filesystem::path path, instant now) : path_{std::move(path)} {
  line_file::read(path_, [this](std::uint64_t, std::string_view line) { fold(line); });
  rewrite(now);
}

void sip_book::fold(std::string_view line) {
  auto what = take_word(line);
  auto call = events::parse_attempt_key(take_word(line));
  auto when = take_number<std::int64_t>(line);
  if (!call || !when)
    return;
  instant at{events::duration{*when}};
  auto& it = entries_[*call];
  if (what == placed_word) {
    it.placed_at = at;
  } else if (what == answered_word) {
    it.answered_at = at;
    it.contact = take_dialog(line);
  } else if (what == joined_word) {
    it.agent = take_dialog(line);
  } else if (what == ended_word) {
    it.end = take_end(line, at);
  }
}

bool sip_book::place(const attempt_key& call, instant at) {
  if (file_->size() > rewrite_at_)
    rewrite(at);
  if (!write(begin_line(placed_word, call, at)))
    return false;
  entries_[call].placed_at = at;
  return true;
}

// If one of the lines below is lost, a crash makes `unknown` of what was known.

void sip_book::answer(
  const attempt_key& call, instant at, sip_dialog contact, std::string_view number) {
  auto& it = entries_[call];
  it.answered_at = at;
  it.contact = hide_number(std::move(contact), number);
  if (it.contact)
    (void)write(with_dialog(begin_line(answered_word, call, at), *it.contact));
}

void sip_book::join(
  const attempt_key& call, instant at, sip_dialog agent, std::string_view number) {
  auto& it = entries_[call];
  it.agent = hide_number(std::move(agent), number);
  if (it.agent)
    (void)write(with_dialog(begin_line(joined_word, call, at), *it.agent));
}

void sip_book::end(const attempt_key& call, const events::call_ended& how) {
  (void)write(end_line(call, how));
  entries_[call].end = how;
}

void sip_book::forget(const attempt_key& call) {
  entries_.erase(call);
}

const sip_book::entry* sip_book::find(const attempt_key& call) const {
  auto found = entries_.find(call);
  return found == entries_.end() ? nullptr : &found->second;
}

bool sip_book::write(std::string line) {
  return file_->append(std::move(line));
}

/// Anew, with what is still wanted, and then in the place of the old one.
void sip_book::rewrite(instant now) {
  std::erase_if(entries_, [&](const auto& it) {
    auto last =
      it.second.end ? it.second.end->at : std::max(it.second.placed_at, it.second.answered_at);
    return last + remembered < now;
  });
  auto fresh = path_;
  fresh += ".new";
  std::error_code failed;
  std::filesystem::remove(fresh, failed);
  bool whole = true;
  {
    line_file to{fresh};
    for (const auto& [call, it] : entries_) {
      whole = whole && to.append(begin_line(placed_word, call, it.placed_at));
      if (it.contact)
        whole =
          whole
          && to.append(with_dialog(begin_line(answered_word, call, it.answered_at), *it.contact));
      if (it.agent)
        whole =
          whole && to.append(with_dialog(begin_line(joined_word, call, it.answered_at), *it.agent));
      if (it.end)
        whole = whole && to.append(end_line(call, *it.end));
    }
    whole = whole && to.is_open();
  }
  if (whole)
    std::filesystem::rename(fresh, path_, failed);
  if (!file_ || whole)
    file_ = std::make_unique<line_file>(path_);
  rewrite_at_ = file_->size() + rewrite_after;
}

} // namespace ringmaster::telephony
