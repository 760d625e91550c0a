// What was answered to requests that their clients may send again. Answers can
// hold what people gave us, so the book lies in the vault's directory.
#pragma once

#include "events/time.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ringmaster::store {

struct kept_answer {
  events::instant kept_at{};
  std::string digest; // of the request
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  friend bool operator==(const kept_answer&, const kept_answer&) = default;
};

/// Thread safe. An I/O error ends the process (`fatal`).
class answer_book {
public:
  [[nodiscard]] static std::variant<std::unique_ptr<answer_book>, std::string>
  open(const std::filesystem::path& directory);
  ~answer_book();

  /// On return it is on disk. In passing, some that were kept before
  /// `oldest_wanted` are forgotten: more than one, so that the book shrinks.
  void keep(std::string_view key, const kept_answer& what, events::instant oldest_wanted);

  [[nodiscard]] std::optional<kept_answer> find(std::string_view key) const;

  /// Every answer kept before then.
  void forget_before(events::instant oldest_wanted);

  /// Every answer in which these digits stand, and no file holds it any more.
  void erase_with(std::string_view digits);

private:
  struct state;
  explicit answer_book(std::unique_ptr<state> made);
  std::unique_ptr<state> state_;
};

} // namespace ringmaster::store
