#include "telephony/sip_stack.hpp"

#include <memory>
#include <utility>

namespace ringmaster::telephony {

namespace {

/// Keeps the stack from writing anybody's number to the standard error.
void write_nothing(void*, const char*, va_list) {}

void prepare_stack() {
  static const bool once = [] {
    su_init();
    su_log_redirect(su_log_default, write_nothing, nullptr);
    return true;
  }();
  (void)once;
}

} // namespace

void sip_thread::start(std::function<void(su_root_t*)> begin, std::function<void()> finish) {
  prepare_stack();
  finish_ = std::move(finish);
  std::promise<void> began;
  auto has_begun = began.get_future();
  thread_ = std::thread{[this, began = std::move(began), begin = std::move(begin)]() mutable {
    run(begin, std::move(began));
  }};
  has_begun.wait();
}

sip_thread::~sip_thread() {
  join();
}

void sip_thread::join() {
  if (thread_.joinable())
    thread_.join();
}

void sip_thread::run(const std::function<void(su_root_t*)>& begin, std::promise<void> began) {
  root_ = su_root_create(nullptr);
  su_root_threading(root_, 0); // the stack in this thread, not in one more
  begin(root_);
  {
    std::lock_guard lock{mutex_};
    open_ = true;
  }
  began.set_value();
  su_root_run(root_);
  work();
  finish_();
  su_root_destroy(root_);
}

bool sip_thread::post(std::function<void()> what, bool however_many) {
  std::lock_guard lock{mutex_};
  if (!open_ || (waiting_.size() >= most_waiting && !however_many))
    return false;
  waiting_.push_back(std::move(what));
  if (waiting_.size() > 1)
    return true; // the bell has rung
  auto ring = [](su_root_magic_t*, su_msg_r, su_msg_arg_t* of) {
    (*static_cast<sip_thread**>(of))->work();
  };
  su_msg_r message = SU_MSG_R_INIT;
  auto to = su_root_task(root_);
  if (su_msg_create(message, to, to, ring, sizeof(sip_thread*)) != 0) {
    waiting_.pop_back();
    return false;
  }
  *static_cast<sip_thread**>(su_msg_data(message)) = this;
  return su_msg_send(message) == 0;
}

void sip_thread::work() {
  std::deque<std::function<void()>> all;
  {
    std::lock_guard lock{mutex_};
    all.swap(waiting_);
  }
  for (auto& what : all)
    what();
}

void sip_thread::end() {
  {
    std::lock_guard lock{mutex_};
    open_ = false;
  }
  su_root_break(root_);
}

sip_timer::sip_timer(su_root_t* root) : timer_{su_timer_create(su_root_task(root), 0)} {}

sip_timer::~sip_timer() {
  su_timer_destroy(timer_);
}

void sip_timer::set(std::chrono::milliseconds delay, std::function<void()> what) {
  what_ = std::move(what);
  auto fire = [](su_root_magic_t*, su_timer_t*, su_timer_arg_t* of) {
    auto due = std::exchange(static_cast<sip_timer*>(of)->what_, nullptr);
    due(); // and the timer may be gone
  };
  su_timer_set_interval(timer_, fire, this, static_cast<su_duration_t>(delay.count()));
}

void sip_timer::stop() {
  what_ = nullptr;
  su_timer_reset(timer_);
}

std::string text_of(const sip_header_t* header) {
  if (header == nullptr)
    return {};
  su_home_t home[1] = {SU_HOME_INIT(home)};
  const char* text = sip_header_as_string(home, header);
  std::string copy{text == nullptr ? "" : text};
  su_home_deinit(home);
  return copy;
}

void let_go(nua_handle_t* handle) {
  if (handle == nullptr)
    return;
  nua_handle_bind(handle, nullptr);
  nua_authenticate(handle, TAG_END());
  nua_handle_destroy(handle);
}

bool is_own_word(const sip_event& it) {
  constexpr unsigned internal_message = 1U
                                        << 15U; // NTA_INTERNAL_MSG, which the stack keeps private
  return it.message == nullptr || it.status >= 700
         || (static_cast<unsigned>(it.message->sip_flags) & internal_message) != 0;
}

} // namespace ringmaster::telephony
