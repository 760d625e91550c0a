// A SIP trunk's own record of its calls, by which those of an earlier process
// can be ended and told of.
#pragma once

#include "events/call.hpp"
#include "events/ids.hpp"
#include "telephony/line_file.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ringmaster::telephony {

/// What it takes to send a BYE that the other side takes for ours.
struct sip_dialog {
  std::string call_id;
  std::string local;  // as in From, with our tag
  std::string remote; // as in To, with theirs
  std::string target; // the URI that requests go to
  std::vector<std::string> routes;
  std::uint32_t cseq = 0; // of the INVITE
};

/// Nothing in it comes from the wire unbounded, and no number is written down.
inline constexpr std::size_t longest_dialog_part = 1'024;
inline constexpr std::size_t most_dialog_routes = 8;
[[nodiscard]] bool can_be_kept(const sip_dialog& it);

/// Without the number of whom was called, and with it again.
[[nodiscard]] std::optional<sip_dialog> hide_number(sip_dialog it, std::string_view number);
[[nodiscard]] sip_dialog show_number(sip_dialog it, std::string_view number);

class sip_book {
public:
  struct entry {
    events::instant placed_at{};
    std::optional<sip_dialog> contact; // once answered; without its number
    std::optional<sip_dialog> agent;   // once it has answered, too
    events::instant answered_at{};
    std::optional<events::call_ended> end;
  };

  /// What was ended before `now` less `remembered` is forgotten, here and in the file.
  sip_book(std::filesystem::path path, events::instant now);
  static constexpr events::duration remembered = std::chrono::hours{3};

  /// False: it is not on record, and must not be placed.
  [[nodiscard]] bool place(const events::attempt_key& call, events::instant at);
  /// `number`: of whom was called, which is not kept.
  void answer(
    const events::attempt_key& call,
    events::instant at,
    sip_dialog contact,
    std::string_view number);
  void join(
    const events::attempt_key& call, events::instant at, sip_dialog agent, std::string_view number);
  void end(const events::attempt_key& call, const events::call_ended& how);

  /// Whoever keeps the log has the end.
  void forget(const events::attempt_key& call);

  /// Valid until the next change.
  [[nodiscard]] const entry* find(const events::attempt_key& call) const;

private:
  struct hash {
    std::size_t operator()(const events::attempt_key& it) const noexcept {
      return std::hash<events::contact_key>{}(it.contact()) * 31 + it.attempt;
    }
  };

  void fold(std::string_view line);
  [[nodiscard]] bool write(std::string line);
  void rewrite(events::instant now);

  std::filesystem::path path_;
  std::unique_ptr<line_file> file_;
  std::unordered_map<events::attempt_key, entry, hash> entries_;
  std::uint64_t rewrite_at_ = 0; // size of the file
};

} // namespace ringmaster::telephony
