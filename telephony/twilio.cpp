#include "telephony/twilio.hpp"

#include "telephony/agent_context.hpp"
#include "telephony/callback_token.hpp"
#include "telephony/twilio_account.hpp"
#include "telephony/twiml.hpp"

#include <algorithm>
#include <utility>

namespace ringmaster::telephony {

using events::attempt_key;

http_client::request twilio_account::authorised(http_client::request what) const {
  what.headers.emplace_back("Authorization", authorization(parts_.settings, parts_.secrets));
  return what;
}

std::function<void(http_client::result)> twilio_account::back(on_result then) {
  return [weak = weak_from_this(), then = std::move(then)](const http_client::result& answer) {
    auto self = weak.lock();
    if (!self)
      return;
    if (doorway::visit inside{self->doorway_})
      then(answer);
  };
}

void twilio_account::ask(http_client::request what, on_result then) {
  lane_->ask(authorised(std::move(what)), back(std::move(then)));
}

void twilio_account::ask_now(http_client::request what, on_result then) {
  lane_->ask_now(authorised(std::move(what)), back(std::move(then)));
}

// -- placing -------------------------------------------------------------------

void twilio_account::place(call_request what, std::function<void(place_answer)> answer) {
  auto twiml = twiml_for(what.agent, agent_context(what));
  if (!twiml)
    return answer(refused{"agent_address", {}, {}});
  if (auto wait = full_queue())
    return answer(*std::move(wait));
  auto id = what.id;
  auto callback = address(callback_token(parts_.callback_key, {parts_.trunk, id}));
  auto fields = placing_form(parts_.settings, what, callback, *twiml);
  {
    // Before the request, whose callbacks may be here before its answer is.
    std::lock_guard lock{mutex_};
    live_twilio_call call;
    call.not_after = what.not_after;
    if (twiml->size() > longest_twiml)
      call.twiml = *std::move(twiml);
    keep(id, std::move(call));
  }
  ask_now(
    ask_to_place(parts_.settings, fields),
    [this, id, answer = std::move(answer)](const http_client::result& said) {
      auto placed = placed_by(parts_.settings, said);
      if (auto rest = rest_after(said); rest > events::duration::zero()) {
        std::lock_guard lock{mutex_};
        queued_until_ = std::max(queued_until_, parts_.now() + rest);
      }
      note(id, placed);
      answer(std::move(placed));
    });
}

/// A call that the carrier would put behind others rings when nobody expects it.
std::optional<not_now> twilio_account::full_queue() {
  std::lock_guard lock{mutex_};
  auto now = parts_.now();
  if (queued_until_ <= now)
    return std::nullopt;
  return not_now{"the carrier's queue is long", queued_until_ - now};
}

void twilio_account::note(const attempt_key& id, const place_answer& answer) {
  const auto* taken = std::get_if<accepted>(&answer);
  if (taken == nullptr && std::holds_alternative<unclear>(answer))
    return; // it may ring
  bool end_it = false;
  {
    std::lock_guard lock{mutex_};
    auto found = live_.find(id);
    if (found == live_.end())
      return; // over already
    if (taken == nullptr)
      return forget(id);
    found->second.sid = taken->provider_ref;
    end_it = std::exchange(found->second.hang_up, false);
  }
  if (end_it)
    end_call(taken->provider_ref);
}

void twilio_account::keep(const attempt_key& id, live_twilio_call call) {
  queue_limits_.emplace(call.not_after, id);
  live_.insert_or_assign(id, std::move(call));
  arm();
}

void twilio_account::forget(const attempt_key& id) {
  auto found = live_.find(id);
  if (found == live_.end())
    return;
  queue_limits_.erase({found->second.not_after, id});
  // So that the next attempt does not take it for its own.
  auto now = parts_.now();
  if (!found->second.sid.empty())
    ended_.emplace_back(now, std::move(found->second.sid));
  while (!ended_.empty() && ended_.front().first + 2 * twilio_clock_skew < now)
    ended_.pop_front();
  live_.erase(found);
}

/// One timer for all: for the call whose time in the queue is over first.
void twilio_account::arm() {
  if (armed_ || queue_limits_.empty())
    return;
  armed_ = true;
  auto delay = std::max(queue_limits_.begin()->first - parts_.now(), events::duration::zero());
  parts_.after(delay, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (!self)
      return;
    if (doorway::visit inside{self->doorway_})
      self->drop_late_calls();
  });
}

/// A carrier that queues what it cannot place at once would let it ring when nobody
/// may be called any more.
void twilio_account::drop_late_calls() {
  std::vector<std::string> late;
  {
    std::lock_guard lock{mutex_};
    armed_ = false;
    auto now = parts_.now();
    while (!queue_limits_.empty() && queue_limits_.begin()->first <= now) {
      auto id = queue_limits_.begin()->second;
      queue_limits_.erase(queue_limits_.begin());
      auto& call = live_.at(id);
      if (call.left_queue || call.sid.empty()) {
        live_.erase(id); // it is known by its sid, or not at all
        continue;
      }
      call.dropped = call.withdrawn = true;
      late.push_back(call.sid);
    }
    arm();
  }
  for (const auto& sid : late)
    end_call(sid);
}

// -- ending --------------------------------------------------------------------

void twilio_account::hang_up(const call_handle& call) {
  auto sid = sid_of(call);
  {
    std::lock_guard lock{mutex_};
    if (auto found = live_.find(call.id); found != live_.end()) {
      found->second.hang_up = sid.empty(); // when it tells its sid
      found->second.withdrawn = found->second.withdrawn || !found->second.answered;
    }
  }
  if (!sid.empty())
    return end_call(sid);
  // What is not found now the next check asks for again.
  look_up(call, [this, call](const look_up_answer& answer) {
    auto found = std::holds_alternative<still_up>(answer) ? sid_of(call) : std::string{};
    if (!found.empty())
      end_call(found);
  });
}

/// Its end comes by callback. Should both requests be lost, the next check finds the
/// call still up, and ends it again.
void twilio_account::end_call(const std::string& sid) {
  ask(ask_to_end(parts_.settings, sid, "canceled"), [this, sid](const http_client::result& said) {
    std::string why;
    auto call = call_in(parts_.settings, said, why);
    const auto* response = std::get_if<http_client::response>(&said);
    bool too_late = response != nullptr && response->status / 100 == 4;
    if (too_late || (call && call->status == "in-progress"))
      ask(ask_to_end(parts_.settings, sid, "completed"), [](const http_client::result&) {});
  });
}

events::call_ended seen_by_us(const live_twilio_call& ours, events::call_ended end) {
  if (ours.dropped && end.outcome == events::outcome::cancelled) {
    end.cause = "queued_too_long";
  } else if (ours.withdrawn && end.outcome == events::outcome::completed) {
    end.outcome = events::outcome::abandoned; // the answer crossed our request
    end.cause = "answered_too_late";
  } else if (ours.cut_short && end.outcome == events::outcome::completed) {
    end.outcome = events::outcome::abandoned;
    end.cause = "ended_by_restart";
  }
  return end;
}

std::string twilio_account::sid_of(const call_handle& call) {
  if (!call.provider_ref.empty())
    return call.provider_ref;
  std::lock_guard lock{mutex_};
  auto found = live_.find(call.id);
  return found == live_.end() ? std::string{} : found->second.sid;
}

namespace {

class twilio_carrier final : public provider {
public:
  explicit twilio_carrier(twilio_parts from)
    : at_{std::make_shared<twilio_account>(std::move(from))} {}
  ~twilio_carrier() override { at_->close(); }
  twilio_carrier(const twilio_carrier&) = delete;
  twilio_carrier& operator=(const twilio_carrier&) = delete;

  void place(call_request what, std::function<void(place_answer)> answer) override {
    at_->place(std::move(what), std::move(answer));
  }
  std::optional<std::uint32_t> most_placing() const override { return request_lane::most_urgent; }
  void hang_up(const call_handle& call) override { at_->hang_up(call); }
  void look_up(const call_handle& call, std::function<void(look_up_answer)> answer) override {
    at_->look_up(call, std::move(answer));
  }
  void receive(callback what, std::function<void(callback_reply)> answer) override {
    at_->receive(what, std::move(answer));
  }

private:
  std::shared_ptr<twilio_account> at_;
};

} // namespace

std::unique_ptr<provider> make_twilio(twilio_parts from) {
  return std::make_unique<twilio_carrier>(std::move(from));
}

} // namespace ringmaster::telephony
