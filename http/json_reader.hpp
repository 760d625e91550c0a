// Strict reading of what clients send: JSON bodies and query parameters. All
// faults are gathered, so that one answer names them all.
#pragma once

#include "http/message.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringmaster::http {

/// What is read. What is written keeps its order: `ordered`.
using json = nlohmann::json;
using ordered = nlohmann::ordered_json;

/// What is wrong with a request, in the order in which it was found.
class faults {
public:
  /// It cannot be read: 400.
  void shape(std::string field, std::string detail);
  /// It can be read and cannot be done: 422. `more` are further members of the
  /// problem, if this fault is the first.
  void meaning(std::string field, std::string detail, ordered more = ordered::object());

  [[nodiscard]] bool any() const { return !found_.empty(); }

  /// There must be some. Named after the first of the gravest kind; `errors`
  /// has them all, up to a hundred.
  [[nodiscard]] problem as_problem() const;

private:
  struct fault {
    unsigned status;
    std::string field;
    std::string detail;
    ordered more;
  };

  std::vector<fault> found_;
};

/// What a server may be set to take at most; what it took, it must be able to show.
inline constexpr std::size_t deepest_ever = 1'000;

/// JSON with no key twice, no broken UTF-8, and nesting of at most `deepest`;
/// or a sentence on what is wrong.
[[nodiscard]] std::variant<json, std::string>
parse_strictly(std::string_view text, std::size_t deepest = 32);

/// Whether the Content-Type is `kind`, with or without parameters.
[[nodiscard]] bool has_media_type(const incoming& request, std::string_view kind);

/// As `read_body`; no body at all is an empty object.
[[nodiscard]] std::variant<json, problem> read_body_or_nothing(const incoming& request);

/// The JSON object in a request's body: 415 for another content type, 400 if it
/// cannot be read.
[[nodiscard]] std::variant<json, problem> read_body(const incoming& request);

/// Compact text; never throws for bytes that are not UTF-8.
[[nodiscard]] std::string text_of(const ordered& it);

/// Characters and bounds of a text member.
struct text_limits {
  std::size_t least = 1;
  std::size_t most = 200; // bytes
  bool lines = false;     // line ends and tabs are welcome
};

/// Whether `value` is a text within `limits`; if not, that is put on record.
[[nodiscard]] std::optional<std::string>
read_text(const json& value, const std::string& at, text_limits limits, faults& into);
[[nodiscard]] std::optional<std::uint32_t> read_whole(
  const json& value, const std::string& at, std::uint32_t least, std::uint32_t most, faults& into);

/// Takes an object apart member by member; what nobody asked for is unknown.
/// Each reader gives nothing for an absent or faulty member.
class object_reader {
public:
  object_reader(const json& value, std::string at, faults& into);

  [[nodiscard]] bool has(const std::string& name) const;
  /// Puts on record that `name` is needed, if it is absent.
  object_reader& require(const std::string& name);

  [[nodiscard]] std::optional<std::string> text(const std::string& name, text_limits limits = {});
  [[nodiscard]] std::optional<std::uint32_t>
  whole(const std::string& name, std::uint32_t least, std::uint32_t most);
  /// A place in the log; 0 is before all.
  [[nodiscard]] std::optional<std::uint64_t> position(const std::string& name);
  /// A number that may have a fraction.
  [[nodiscard]] std::optional<double>
  number(const std::string& name, std::uint32_t least, std::uint32_t most);
  [[nodiscard]] std::optional<bool> flag(const std::string& name);
  /// One of `words`, by index.
  [[nodiscard]] std::optional<std::size_t>
  choice(const std::string& name, const std::vector<std::string_view>& words);
  /// Whether the member is there and null; then it is read.
  [[nodiscard]] bool cleared(const std::string& name);
  /// An instant as in 2026-11-23T09:00:00Z.
  [[nodiscard]] std::optional<events::instant> time(const std::string& name);
  /// Null if the member is absent or no object.
  [[nodiscard]] const json* object(const std::string& name);
  /// Calls `item` for each; false if the member is absent or no array.
  bool each(
    const std::string& name,
    std::size_t most,
    const std::function<void(const json&, const std::string& at)>& item);

  /// JSON pointer of a member.
  [[nodiscard]] std::string at(const std::string& name) const;
  /// Puts the members nobody asked for on record.
  void finish();

private:
  const json* take(const std::string& name);

  const json* value_;
  std::string at_;
  faults* into_;
  std::set<std::string> asked_;
};

/// A query, parameter by parameter. `wait_for` goes with any and is read
/// elsewhere.
class query_reader {
public:
  query_reader(const incoming& request, faults& into) : request_{&request}, into_{&into} {}

  [[nodiscard]] std::optional<std::string> text(const std::string& name);
  [[nodiscard]] std::optional<std::uint64_t>
  whole(const std::string& name, std::uint64_t least, std::uint64_t most);
  /// One of `words`, by index.
  [[nodiscard]] std::optional<std::size_t>
  choice(const std::string& name, const std::vector<std::string_view>& words);

  [[nodiscard]] std::size_t limit();
  [[nodiscard]] std::optional<std::uint64_t> cursor();

  void finish();

private:
  const incoming* request_;
  faults* into_;
  std::set<std::string> asked_{"wait_for"};
};

} // namespace ringmaster::http
