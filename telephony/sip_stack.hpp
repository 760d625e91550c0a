// The SIP stack's headers, and the thread it lives in. For telephony/sip_*.cpp
// alone: nobody else sees the stack.
#pragma once

namespace ringmaster::telephony {
class sip_party;
}

#define NUA_HMAGIC_T ringmaster::telephony::sip_party

#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nua.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_protos.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/sip_util.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_tag.h>
#include <sofia-sip/su_wait.h>
#include <sofia-sip/tport_tag.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>

namespace ringmaster::telephony {

/// One event of the stack about one handle.
struct sip_event {
  nua_event_t what;
  int status;
  const char* phrase;
  const sip_t* message; // null: the stack's own word
};

/// Whoever a handle of the stack belongs to.
class sip_party {
public:
  virtual ~sip_party() = default;
  virtual void hear(const sip_event& it) = 0;
};

/// The thread in which the stack, its timers and its callbacks run. Others post
/// what they want done there.
class sip_thread {
public:
  /// Runs `begin` in the new thread, and waits for it. What was posted and not yet done
  /// when the thread ends is done before `finish`.
  void start(std::function<void(su_root_t*)> begin, std::function<void()> finish);
  ~sip_thread();

  sip_thread() = default;
  sip_thread(const sip_thread&) = delete;
  sip_thread& operator=(const sip_thread&) = delete;

  /// False: too much is waiting, or the thread has ended, and `what` will not be
  /// done. The last of all may be posted `however_many` are waiting.
  [[nodiscard]] bool post(std::function<void()> what, bool however_many = false);

  /// Ends the thread, from inside.
  void end();
  void join();

private:
  static constexpr std::size_t most_waiting = 100'000;

  void run(const std::function<void(su_root_t*)>& begin, std::promise<void> began);
  void work();

  su_root_t* root_ = nullptr;
  std::function<void()> finish_;
  std::thread thread_;
  // The engine must not wait for the stack, nor the stack for the engine.
  std::mutex mutex_;
  std::deque<std::function<void()>> waiting_;
  bool open_ = false;
};

/// Runs something once, later, in the stack's thread; of which it may only be
/// used. By the machine's clock: phones ring in real time.
class sip_timer {
public:
  explicit sip_timer(su_root_t* root);
  ~sip_timer();
  sip_timer(const sip_timer&) = delete;
  sip_timer& operator=(const sip_timer&) = delete;

  /// In place of what was set before.
  void set(std::chrono::milliseconds delay, std::function<void()> what);
  void stop();

private:
  su_timer_t* timer_;
  std::function<void()> what_;
};

/// As it stands in a message, without the header's name; empty for null.
[[nodiscard]] std::string text_of(const sip_header_t* header);

/// Destroys a handle, whose owner hears nothing more. A challenge that nobody has
/// met would hold it, and the end of the stack, for ever: it is declined.
void let_go(nua_handle_t* handle);

/// Whether the stack made the message up instead of receiving it.
[[nodiscard]] bool is_own_word(const sip_event& it);

} // namespace ringmaster::telephony
