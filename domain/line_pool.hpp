// The lines of one trunk: who gets the next one, and why the others wait.
#pragma once

#include "domain/call_rate.hpp"
#include "domain/caller_ids.hpp"
#include "domain/trunk_rest.hpp"
#include "events/ids.hpp"
#include "events/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::domain {

/// What keeps a trunk from giving out a line.
enum class shortage : std::uint8_t {
  none = 0,
  no_free_channel,      // until a call ends
  placing,              // as many calls as it takes at once are on their way to it
  resting,              // the carrier said "not now"
  rate,                 // its calls per second
  caller_ids_exhausted, // every number is on as many calls as it may be, or had those of its day
};

[[nodiscard]] std::string_view to_string(shortage it);

/// Who has the lines of a trunk, who waits for one, and why.
struct line_report {
  struct user {
    events::campaign_id campaign;
    std::uint32_t in_use = 0;
    std::uint32_t wanted = 0;
    std::uint32_t weight = 1;
  };
  struct number {
    std::string caller_id;
    std::uint32_t in_use = 0;
    std::uint32_t dialed_today = 0; // this process counts; a limit per day counts all
  };

  std::uint32_t in_use = 0;
  std::vector<user> users;
  shortage why = shortage::none; // what keeps the next line from being granted
  std::optional<events::instant> until;
  std::string rests_because = {}; // while resting, in the carrier's words
  std::vector<number> numbers;
};

/// Shares the channels and the rate of one trunk between campaigns. The next
/// line goes to whoever has the fewest for its weight, so shares come about by
/// themselves, an idle one is lent out, and it is given back as calls end. Where
/// lines are used up as fast as they are given, turns are shared in their place.
class line_pool {
public:
  struct user {
    std::uint32_t in_use = 0;
    std::uint32_t wanted = 0; // beyond those
    std::uint32_t weight = 1; // a share twice as big for 2
    std::uint64_t served = 0; // turns that it had, each the smaller the greater its weight
  };
  struct grant {
    events::campaign_id to;
    std::uint32_t lines = 0;
    friend bool operator==(const grant&, const grant&) = default;
  };
  struct hold {
    shortage why = shortage::none;
    std::optional<events::instant> until; // nothing: no time can be named
    friend bool operator==(const hold&, const hold&) = default;
  };

  line_pool(std::uint32_t channels, call_rate rate, caller_ids numbers = {{}, {}})
    : channels_{channels}, rate_{std::move(rate)}, numbers_{std::move(numbers)} {}

  /// Edited. If there are fewer channels than lines in use, nothing is granted until
  /// enough of them are given back.
  void change(std::uint32_t channels, events::pace rate, events::instant now);

  /// The carrier takes only so many calls at once before it has answered about them.
  /// Of each line that is granted from now on `note_placed` must tell. Nothing may be
  /// in use. Without a limit nobody need tell.
  void limit_placing(std::uint32_t most);

  /// For so many lines there was an answer, or they will place no call.
  void note_placed(std::uint32_t lines);

  /// Takes the place of what `who` wanted before.
  void want(events::campaign_id who, std::uint32_t lines, std::uint32_t weight = 1);

  /// Lines that `who` had are free again, used or not.
  void take_back(events::campaign_id who, std::uint32_t lines);

  /// `who` has so many lines in use, granted by an earlier process; maybe more
  /// than there are channels now: then nothing is granted until they end.
  void adopt(events::campaign_id who, std::uint32_t lines);

  /// The carrier said "not now, in `asked`".
  void rest(events::duration asked, events::instant now);

  /// The numbers of the calls. A line is granted only if one of them is left for it,
  /// which its call then takes.
  [[nodiscard]] caller_ids& numbers() { return numbers_; }

  /// Gives out what can be given out at `now`, which must not go back.
  [[nodiscard]] std::vector<grant> share(events::instant now);

  /// What would keep the next line from being granted.
  [[nodiscard]] hold held(events::instant now);

  [[nodiscard]] line_report report(events::instant now);
  [[nodiscard]] bool anybody_waits() const;
  [[nodiscard]] bool knows(events::campaign_id who) const { return users_.contains(who); }
  [[nodiscard]] const std::map<events::campaign_id, user>& users() const { return users_; }
  [[nodiscard]] std::uint32_t channels() const { return channels_; }
  [[nodiscard]] std::uint32_t in_use() const { return in_use_; }

private:
  using place = std::map<events::campaign_id, user>::iterator;

  [[nodiscard]] place neediest();
  void give_line(user& to, events::instant now);
  void forget_if_idle(place who);

  std::uint32_t channels_;
  call_rate rate_;
  caller_ids numbers_;
  trunk_rest rest_;
  std::map<events::campaign_id, user> users_;
  std::uint32_t in_use_ = 0;
  std::optional<std::uint32_t> most_placing_;
  std::uint32_t placing_ = 0; // granted, and no answer yet; counted if there is a limit
  std::uint64_t served_ = 0;  // what whoever had the last turn had been served before it
};

} // namespace ringmaster::domain
