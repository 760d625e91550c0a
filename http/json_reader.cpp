#include "http/json_reader.hpp"

#include "domain/utf8.hpp"
#include "events/codec.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace ringmaster::http {

namespace {

constexpr std::size_t most_errors_told = 100;

/// Builds the value as nlohmann's own would, and stops at the first key that
/// comes twice or bracket that goes too deep.
class strict_builder : public nlohmann::json_sax<json> {
public:
  explicit strict_builder(std::size_t deepest) : deepest_{deepest} {}

  bool null() override { return put(nullptr); }
  bool boolean(bool it) override { return put(it); }
  bool number_integer(number_integer_t it) override { return put(it); }
  bool number_unsigned(number_unsigned_t it) override { return put(it); }
  bool number_float(number_float_t it, const string_t&) override { return put(it); }
  bool string(string_t& it) override { return put(std::move(it)); }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override { return open(json::object()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_array() override { return close(); }

  bool key(string_t& it) override {
    if (open_.back()->contains(it)) {
      trouble = "The key \"" + domain::printable(it) + "\" comes twice in one object.";
      return false;
    }
    key_ = std::move(it);
    return true;
  }

  bool parse_error(
    std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    trouble = "This is no JSON: the trouble is at byte " + std::to_string(position) + ".";
    return false;
  }

  json root;
  std::string trouble;

private:
  template <class T>
  bool put(T&& it) {
    place(json(std::forward<T>(it)));
    return true;
  }

  json* place(json it) {
    if (open_.empty()) {
      root = std::move(it);
      return &root;
    }
    auto& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(it));
      return &parent.back();
    }
    auto& member = parent[key_];
    member = std::move(it);
    return &member;
  }

  bool open(json it) {
    if (open_.size() == deepest_) {
      trouble = "It is nested deeper than " + std::to_string(deepest_) + " levels.";
      return false;
    }
    open_.push_back(place(std::move(it)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::size_t deepest_;
  std::string key_;
  std::vector<json*> open_;
};

problem unreadable_body(std::string detail) {
  return {
    .status = 400,
    .slug = "invalid-json",
    .title = "The body cannot be read.",
    .detail = std::move(detail),
    .field = "",
    .more = "",
    .retry_after_seconds = {}};
}

std::string pointer_part(const std::string& name) {
  std::string part = "/";
  for (char it : name) {
    if (it == '~')
      part += "~0";
    else if (it == '/')
      part += "~1";
    else
      part += it;
  }
  return part;
}

std::string one_of(const std::string& name, const std::vector<std::string_view>& words) {
  std::string known;
  for (auto word : words)
    known += (known.empty() ? "" : ", ") + std::string{word};
  return name + " must be one of: " + known + ".";
}

std::string between(std::uint64_t least, std::uint64_t most) {
  return " must be from " + std::to_string(least) + " to " + std::to_string(most) + ".";
}

} // namespace

void faults::shape(std::string field, std::string detail) {
  found_.push_back({400, std::move(field), std::move(detail), ordered::object()});
}

void faults::meaning(std::string field, std::string detail, ordered more) {
  found_.push_back({422, std::move(field), std::move(detail), std::move(more)});
}

problem faults::as_problem() const {
  auto gravest = std::ranges::min_element(found_, {}, &fault::status);
  auto more = gravest->more;
  auto& errors = more["errors"] = ordered::array();
  for (std::size_t n = 0; n < std::min(found_.size(), most_errors_told); ++n)
    errors.push_back({{"field", found_[n].field}, {"detail", found_[n].detail}});
  return {
    .status = gravest->status,
    .slug = "invalid-field",
    .title = "The request has a field that cannot be accepted.",
    .detail = gravest->detail,
    .field = gravest->field,
    .more = text_of(more),
    .retry_after_seconds = {}};
}

std::variant<json, std::string> parse_strictly(std::string_view text, std::size_t deepest) {
  if (auto whole = domain::valid_utf8_prefix(text); whole != text.size())
    return "This is no UTF-8 from byte " + std::to_string(whole + 1) + " on.";
  strict_builder builder{deepest};
  if (!json::sax_parse(text, &builder))
    return builder.trouble;
  return std::move(builder.root);
}

bool has_media_type(const incoming& request, std::string_view kind) {
  auto type = request.headers.find("content-type");
  if (type == request.headers.end())
    return false;
  auto given = type->second.substr(0, type->second.find(';'));
  std::erase(given, ' ');
  std::ranges::transform(given, given.begin(), [](char it) {
    return it >= 'A' && it <= 'Z' ? static_cast<char>(it - 'A' + 'a') : it;
  });
  return given == kind;
}

std::variant<json, problem> read_body_or_nothing(const incoming& request) {
  return request.body.empty() ? json::object() : read_body(request);
}

std::variant<json, problem> read_body(const incoming& request) {
  if (!has_media_type(request, "application/json"))
    return problem{
      .status = 415,
      .slug = "unsupported-media-type",
      .title = "The body has a type that is not read here.",
      .detail = "Send JSON, with Content-Type: application/json.",
      .field = "Content-Type",
      .more = "",
      .retry_after_seconds = {}};
  auto parsed = parse_strictly(request.body, request.deepest_json);
  if (auto* trouble = std::get_if<std::string>(&parsed))
    return unreadable_body(std::move(*trouble));
  auto& value = std::get<json>(parsed);
  if (!value.is_object())
    return unreadable_body("The body must be a JSON object.");
  return std::move(value);
}

std::string text_of(const ordered& it) {
  return it.dump(-1, ' ', false, ordered::error_handler_t::replace);
}

std::optional<std::string>
read_text(const json& value, const std::string& at, text_limits limits, faults& into) {
  if (!value.is_string()) {
    into.shape(at, at + " must be a text.");
    return std::nullopt;
  }
  auto text = value.get<std::string>();
  if (text.size() < limits.least || text.size() > limits.most) {
    into.meaning(at, "The length in bytes of " + at + between(limits.least, limits.most));
    return std::nullopt;
  }
  bool odd = std::ranges::any_of(text, [&](char it) {
    bool space = it == '\n' || it == '\r' || it == '\t';
    return static_cast<unsigned char>(it) < 0x20 ? !(limits.lines && space) : it == 0x7f;
  });
  bool blank = limits.least > 0 && text.find_first_not_of(" \t\r\n") == std::string::npos;
  if (odd || blank) {
    into.meaning(at, at + (odd ? " has control characters." : " is blank."));
    return std::nullopt;
  }
  return text;
}

std::optional<std::uint32_t> read_whole(
  const json& value, const std::string& at, std::uint32_t least, std::uint32_t most, faults& into) {
  if (!value.is_number()) {
    into.shape(at, at + " must be a whole number.");
    return std::nullopt;
  }
  // Negative and fractional numbers, and those beyond 64 bits, are not unsigned.
  if (!value.is_number_unsigned()) {
    into.meaning(at, at + between(least, most));
    return std::nullopt;
  }
  auto number = value.get<std::uint64_t>();
  if (number < least || number > most) {
    into.meaning(at, at + between(least, most));
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(number);
}

object_reader::object_reader(const json& value, std::string at, faults& into)
  : value_{value.is_object() ? &value : nullptr}, at_{std::move(at)}, into_{&into} {
  if (!value_)
    into.shape(at_, at_ + " must be an object.");
}

std::string object_reader::at(const std::string& name) const {
  return at_ + pointer_part(name);
}

bool object_reader::has(const std::string& name) const {
  return value_ && value_->contains(name);
}

object_reader& object_reader::require(const std::string& name) {
  if (value_ && !has(name))
    into_->shape(at(name), at(name) + " is missing.");
  return *this;
}

const json* object_reader::take(const std::string& name) {
  asked_.insert(name);
  return has(name) ? &value_->at(name) : nullptr;
}

std::optional<std::string> object_reader::text(const std::string& name, text_limits limits) {
  const auto* it = take(name);
  return it ? read_text(*it, at(name), limits, *into_) : std::nullopt;
}

std::optional<std::uint32_t>
object_reader::whole(const std::string& name, std::uint32_t least, std::uint32_t most) {
  const auto* it = take(name);
  return it ? read_whole(*it, at(name), least, most, *into_) : std::nullopt;
}

std::optional<std::uint64_t> object_reader::position(const std::string& name) {
  const auto* it = take(name);
  if (!it)
    return std::nullopt;
  if (it->is_number_unsigned())
    return it->get<std::uint64_t>();
  into_->shape(at(name), at(name) + " must be a position, a whole number.");
  return std::nullopt;
}

std::optional<double>
object_reader::number(const std::string& name, std::uint32_t least, std::uint32_t most) {
  const auto* it = take(name);
  if (!it)
    return std::nullopt;
  if (!it->is_number()) {
    into_->shape(at(name), at(name) + " must be a number.");
    return std::nullopt;
  }
  auto given = it->get<double>();
  if (given >= least && given <= most)
    return given;
  into_->meaning(at(name), at(name) + between(least, most));
  return std::nullopt;
}

std::optional<bool> object_reader::flag(const std::string& name) {
  const auto* it = take(name);
  if (!it)
    return std::nullopt;
  if (it->is_boolean())
    return it->get<bool>();
  into_->shape(at(name), at(name) + " must be true or false.");
  return std::nullopt;
}

std::optional<std::size_t>
object_reader::choice(const std::string& name, const std::vector<std::string_view>& words) {
  auto given = text(name);
  if (!given)
    return std::nullopt;
  auto found = std::ranges::find(words, *given);
  if (found != words.end())
    return static_cast<std::size_t>(found - words.begin());
  into_->meaning(at(name), one_of(at(name), words));
  return std::nullopt;
}

bool object_reader::cleared(const std::string& name) {
  if (!has(name) || !value_->at(name).is_null())
    return false;
  asked_.insert(name);
  return true;
}

std::optional<events::instant> object_reader::time(const std::string& name) {
  auto given = text(name);
  auto at = given ? events::parse_rfc3339(*given) : std::nullopt;
  if (given && !at)
    into_->meaning(this->at(name), this->at(name) + " must be a time as in 2026-11-23T09:00:00Z.");
  return at;
}

const json* object_reader::object(const std::string& name) {
  const auto* it = take(name);
  if (!it || it->is_object())
    return it;
  into_->shape(at(name), at(name) + " must be an object.");
  return nullptr;
}

bool object_reader::each(
  const std::string& name,
  std::size_t most,
  const std::function<void(const json&, const std::string& at)>& item) {
  const auto* it = take(name);
  if (!it)
    return false;
  if (!it->is_array()) {
    into_->shape(at(name), at(name) + " must be an array.");
    return false;
  }
  if (it->size() > most) {
    into_->meaning(at(name), at(name) + " has more than " + std::to_string(most) + " items.");
    return false;
  }
  for (std::size_t n = 0; n < it->size(); ++n)
    item((*it)[n], at(name) + "/" + std::to_string(n));
  return true;
}

void object_reader::finish() {
  if (!value_)
    return;
  for (const auto& [name, ignored] : value_->items())
    if (!asked_.contains(name))
      into_->shape(at(name), at(name) + " is no field of this.");
}

std::optional<std::string> query_reader::text(const std::string& name) {
  asked_.insert(name);
  auto found = request_->query.find(name);
  if (found == request_->query.end())
    return std::nullopt;
  if (domain::is_valid_utf8(found->second))
    return found->second;
  into_->shape(name, name + " is no UTF-8.");
  return std::nullopt;
}

std::optional<std::uint64_t>
query_reader::whole(const std::string& name, std::uint64_t least, std::uint64_t most) {
  auto given = text(name);
  if (!given)
    return std::nullopt;
  std::uint64_t number = 0;
  const auto* end = given->data() + given->size();
  auto [stop, error] = std::from_chars(given->data(), end, number);
  if (error == std::errc{} && stop == end && number >= least && number <= most)
    return number;
  into_->shape(name, name + between(least, most));
  return std::nullopt;
}

std::optional<std::size_t>
query_reader::choice(const std::string& name, const std::vector<std::string_view>& words) {
  auto given = text(name);
  if (!given)
    return std::nullopt;
  auto found = std::ranges::find(words, *given);
  if (found != words.end())
    return static_cast<std::size_t>(found - words.begin());
  into_->shape(name, one_of(name, words));
  return std::nullopt;
}

std::size_t query_reader::limit() {
  return whole("limit", 1, 1'000).value_or(50);
}

std::optional<std::uint64_t> query_reader::cursor() {
  return whole("cursor", 1, std::numeric_limits<std::int64_t>::max());
}

void query_reader::finish() {
  for (const auto& [name, ignored] : request_->query)
    if (!asked_.contains(name))
      into_->shape(domain::printable(name), "There is no such query parameter here.");
}

} // namespace ringmaster::http
