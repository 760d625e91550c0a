#include "telephony/sip_presence.hpp"

#include "telephony/sip_reach.hpp"

#include <algorithm>
#include <utility>

namespace ringmaster::telephony {

namespace {

using std::chrono::milliseconds;

/// Until the first word of the trunk, which takes milliseconds when all is well.
constexpr events::duration unheard_rest = std::chrono::seconds{1};

/// A trunk that is away is asked more often, so that its return is seen.
constexpr milliseconds while_away{5'000};

/// Behind a refused registration; carriers lock out who knocks more often.
constexpr milliseconds after_refusal{30'000};

std::string in_brackets(const sip_uri& uri) {
  return '<' + to_string(uri) + '>';
}

/// For a person to read: the code, and what goes with it if it is ours.
std::string words_of(const sip_event& it) {
  return "SIP " + std::to_string(it.status) + (is_own_word(it) ? " local" : "");
}

} // namespace

sip_heartbeat::sip_heartbeat(nua_t* stack, su_root_t* root, const sip_settings& settings)
  : stack_{stack}, timer_{root}, knock_timer_{root}, settings_{settings} {}

sip_heartbeat::~sip_heartbeat() {
  let_go(handle_);
}

bool sip_heartbeat::is_on() const {
  return settings_.options_interval != milliseconds{};
}

void sip_heartbeat::ask() {
  if (!is_on())
    return;
  auto server = to_string(settings_.server);
  if (handle_ == nullptr)
    handle_ =
      nua_handle(stack_, this, SIPTAG_TO_STR(in_brackets(settings_.server).c_str()), TAG_END());
  nua_options(handle_, NUTAG_URL(server.c_str()), TAG_END());
}

void sip_heartbeat::knock(std::function<void(const std::optional<not_now>&)> told) {
  told_ = std::move(told);
  knock_timer_.set(std::min(knock_patience, settings_.silence), [this] {
    tell(not_now{"the trunk does not answer OPTIONS", unreachable_rest});
  });
  if (handle_ == nullptr)
    ask();
}

void sip_heartbeat::tell(const std::optional<not_now>& what) {
  knock_timer_.stop();
  if (auto told = std::exchange(told_, nullptr))
    told(what);
}

void sip_heartbeat::stop() {
  timer_.stop();
  knock_timer_.stop();
  told_ = nullptr;
}

std::optional<not_now> sip_heartbeat::trouble() const {
  if (!is_on() || state_ == state::up)
    return std::nullopt;
  if (state_ == state::unheard)
    return not_now{"the trunk has not yet answered OPTIONS", unheard_rest};
  return not_now{"the trunk does not answer OPTIONS: " + why_, settings_.options_interval};
}

void sip_heartbeat::hear(const sip_event& it) {
  if (it.what != nua_r_options || it.status < 200)
    return;
  bool is_there = !is_own_word(it) && it.status != 503;
  state_ = is_there ? state::up : state::down;
  why_ = words_of(it);
  // A challenge leaves the stack waiting for credentials; it has said enough.
  let_go(std::exchange(handle_, nullptr));
  auto again =
    is_there ? settings_.options_interval : std::min(settings_.options_interval, while_away);
  timer_.set(again, [this] { ask(); });
  tell(trouble());
}

sip_registration::sip_registration(
  nua_t* stack, su_root_t* root, const sip_settings& settings, const sip_credentials& with)
  : stack_{stack}, timer_{root}, settings_{settings}, credentials_{with} {}

sip_registration::~sip_registration() {
  let_go(handle_);
}

void sip_registration::ask() {
  if (!settings_.registers)
    return;
  let_go(std::exchange(handle_, nullptr));
  challenged_ = false;
  auto registrar = settings_.server;
  auto us = settings_.server;
  us.user = settings_.username;
  if (!settings_.domain.empty()) {
    us.host = settings_.domain;
    us.port = 0;
  }
  auto expires = std::to_string(settings_.registration.count());
  handle_ = nua_handle(
    stack_,
    this,
    SIPTAG_TO_STR(in_brackets(us).c_str()),
    SIPTAG_FROM_STR(in_brackets(us).c_str()),
    TAG_END());
  nua_register(
    handle_,
    NUTAG_REGISTRAR(to_string(registrar).c_str()),
    SIPTAG_EXPIRES_STR(expires.c_str()),
    TAG_END());
}

/// The stack withdraws what is registered when it is shut down.
void sip_registration::stop() {
  timer_.stop();
}

std::optional<not_now> sip_registration::trouble() const {
  if (!settings_.registers || registered_)
    return std::nullopt;
  return not_now{"not registered with the trunk: " + why_, unheard_rest};
}

void sip_registration::hear(const sip_event& it) {
  if (it.what != nua_r_register || it.status < 200)
    return;
  if (it.status < 300) {
    registered_ = true; // and renewed by the stack in time
    challenged_ = false;
    return;
  }
  bool asks = (it.status == 401 || it.status == 407) && it.message != nullptr;
  auto answer = asks ? answer_to_challenge(*it.message, credentials_) : std::string{};
  if (answer.empty() || std::exchange(challenged_, true))
    return give_up(it);
  nua_authenticate(handle_, NUTAG_AUTH(answer.c_str()), TAG_END());
}

void sip_registration::give_up(const sip_event& it) {
  registered_ = false;
  why_ = words_of(it);
  timer_.set(is_own_word(it) ? while_away : after_refusal, [this] { ask(); });
}

} // namespace ringmaster::telephony
