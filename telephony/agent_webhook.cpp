#include "telephony/agent_webhook.hpp"

#include "telephony/agent_webhook_wire.hpp"
#include "telephony/callback_token.hpp"
#include "telephony/doorway.hpp"
#include "telephony/keyed_hash.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace ringmaster::telephony {

namespace {

using events::attempt_key;

bool is_over(const std::vector<events::call_report>& reports) {
  return !reports.empty() && std::holds_alternative<events::call_ended>(reports.back());
}

/// Shared with what comes back from the network and the timer.
class agent_platform : public std::enable_shared_from_this<agent_platform> {
public:
  explicit agent_platform(agent_webhook_parts from)
    : parts_{std::move(from)}, lane_{std::make_shared<request_lane>(parts_.send)} {}

  void place(const call_request& what, std::function<void(place_answer)> answer);
  void look_up(const call_handle& call, std::function<void(look_up_answer)> answer);
  void receive(const callback& what, std::function<void(callback_reply)> answer);
  void close() { doorway_.close(); }

private:
  using on_result = std::function<void(const http_client::result&)>;

  [[nodiscard]] http_client::request authorised(http_client::request what) const;
  [[nodiscard]] std::function<void(http_client::result)> back(on_result then);
  [[nodiscard]] std::string callback_url(const attempt_key& id) const;
  [[nodiscard]] bool is_signed(const callback& what) const;
  [[nodiscard]] std::string ref_of(const call_handle& call);

  void keep(const attempt_key& id, const std::string& ref);
  void forget(const attempt_key& id);
  void arm();
  void poll();
  void ask_about(const std::string& ref, on_result then);
  void hear(const attempt_key& id, const http_client::result& said);

  const agent_webhook_parts parts_;
  const std::shared_ptr<request_lane> lane_;
  doorway doorway_;

  // Actors, the network and the timer meet here, and none may wait for another's
  // turn. Never held while somebody is told something.
  std::mutex mutex_;
  std::map<attempt_key, std::string> live_; // by the platform's name for the call
  bool armed_ = false;
};

http_client::request agent_platform::authorised(http_client::request what) const {
  if (!parts_.secrets.api_key.empty())
    what.headers.emplace_back(
      parts_.settings.key_header, parts_.settings.key_prefix + parts_.secrets.api_key);
  return what;
}

std::function<void(http_client::result)> agent_platform::back(on_result then) {
  return [weak = weak_from_this(), then = std::move(then)](const http_client::result& answer) {
    auto self = weak.lock();
    if (!self)
      return;
    if (doorway::visit inside{self->doorway_})
      then(answer);
  };
}

std::string agent_platform::callback_url(const attempt_key& id) const {
  if (parts_.public_base_url.empty())
    return {};
  return (parts_.public_base_url + std::string{agent_callbacks})
    .append(callback_token(parts_.callback_key, {parts_.trunk, id}));
}

void agent_platform::place(const call_request& what, std::function<void(place_answer)> answer) {
  auto id = what.id;
  lane_->ask_now(
    authorised(ask_agent_to_call(parts_.settings, what, callback_url(id))),
    back([this, id, answer = std::move(answer)](const http_client::result& said) {
      auto placed = placed_by_agent(parts_.settings, said);
      if (const auto* taken = std::get_if<accepted>(&placed))
        keep(id, taken->provider_ref);
      answer(std::move(placed));
    }));
}

// -- asking what became of calls -------------------------------------------------

void agent_platform::keep(const attempt_key& id, const std::string& ref) {
  if (ref.empty() || parts_.settings.status_url.empty())
    return;
  std::lock_guard lock{mutex_};
  live_.insert_or_assign(id, ref);
  arm();
}

void agent_platform::forget(const attempt_key& id) {
  std::lock_guard lock{mutex_};
  live_.erase(id);
}

/// With the lock held. One timer for all calls.
void agent_platform::arm() {
  if (armed_ || live_.empty())
    return;
  armed_ = true;
  parts_.after(std::chrono::seconds{parts_.settings.poll_seconds}, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (!self)
      return;
    if (doorway::visit inside{self->doorway_})
      self->poll();
  });
}

void agent_platform::poll() {
  std::map<attempt_key, std::string> all;
  {
    std::lock_guard lock{mutex_};
    armed_ = false;
    all = live_;
    arm();
  }
  for (const auto& [id, ref] : all)
    ask_about(ref, [this, id = id](const http_client::result& said) { hear(id, said); });
}

void agent_platform::ask_about(const std::string& ref, on_result then) {
  lane_->ask(authorised(ask_agent_about(parts_.settings, ref)), back(std::move(then)));
}

/// Only an end is news: what is asked for tells no more.
void agent_platform::hear(const attempt_key& id, const http_client::result& said) {
  const auto* response = std::get_if<http_client::response>(&said);
  if (response == nullptr || response->status / 100 != 2)
    return;
  auto reports = told_by_agent(parts_.settings, response->body, parts_.now());
  if (!reports || !is_over(*reports))
    return;
  forget(id);
  parts_.news({.id = id, .reports = *std::move(reports)});
}

std::string agent_platform::ref_of(const call_handle& call) {
  if (!call.provider_ref.empty())
    return call.provider_ref;
  std::lock_guard lock{mutex_};
  auto found = live_.find(call.id);
  return found == live_.end() ? std::string{} : found->second;
}

void agent_platform::look_up(const call_handle& call, std::function<void(look_up_answer)> answer) {
  auto ref = ref_of(call);
  if (ref.empty() || parts_.settings.status_url.empty())
    return answer(unclear{"the platform can't be asked about it"});
  keep(call.id, ref); // a call from before a restart is asked about from now on
  ask_about(ref, [this, id = call.id, answer = std::move(answer)](const http_client::result& said) {
    hear(id, said); // who wants no more calls is not in the answer below
    answer(looked_up_at_agent(parts_.settings, said, parts_.now()));
  });
}

// -- being told -------------------------------------------------------------------

bool agent_platform::is_signed(const callback& what) const {
  if (parts_.secrets.signing_secret.empty())
    return true; // the address is known to nobody else
  auto found = std::ranges::find(
    what.headers, agent_signature_header, &std::pair<std::string, std::string>::first);
  auto wanted = "sha256=" + to_hex(hmac_sha256(parts_.secrets.signing_secret, what.body));
  return found != what.headers.end() && equal_in_constant_time(found->second, wanted);
}

void agent_platform::receive(const callback& what, std::function<void(callback_reply)> answer) {
  auto of = read_callback_token(parts_.callback_key, what.token);
  if (!of || of->trunk != parts_.trunk || !is_signed(what))
    return answer({.status = 403});
  auto reports = told_by_agent(parts_.settings, what.body, parts_.now());
  if (!reports)
    return answer({.status = 400});
  if (is_over(*reports))
    forget(of->attempt);
  if (reports->empty())
    return answer({.status = 204});
  auto told = std::make_shared<news_receipt>(
    [answer = std::move(answer)](bool recorded) { answer({.status = recorded ? 204U : 503U}); });
  parts_.news({.id = of->attempt, .reports = *std::move(reports), .receipt = std::move(told)});
}

class agent_carrier final : public provider {
public:
  explicit agent_carrier(agent_webhook_parts from)
    : at_{std::make_shared<agent_platform>(std::move(from))} {}
  ~agent_carrier() override { at_->close(); }
  agent_carrier(const agent_carrier&) = delete;
  agent_carrier& operator=(const agent_carrier&) = delete;

  void place(call_request what, std::function<void(place_answer)> answer) override {
    at_->place(what, std::move(answer));
  }
  std::optional<std::uint32_t> most_placing() const override { return request_lane::most_urgent; }
  void hang_up(const call_handle&) override {}
  void look_up(const call_handle& call, std::function<void(look_up_answer)> answer) override {
    at_->look_up(call, std::move(answer));
  }
  void receive(callback what, std::function<void(callback_reply)> answer) override {
    at_->receive(what, std::move(answer));
  }

private:
  std::shared_ptr<agent_platform> at_;
};

} // namespace

std::unique_ptr<provider> make_agent_webhook(agent_webhook_parts from) {
  return std::make_unique<agent_carrier>(std::move(from));
}

} // namespace ringmaster::telephony
