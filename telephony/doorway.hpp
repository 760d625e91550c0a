// Lets nobody in once it is closed, and waits for those inside: for what is called
// back from other threads after its owner may be gone.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace ringmaster::telephony {

class doorway {
public:
  /// While it lives, `close` waits. False: it was too late to come in.
  class visit {
  public:
    explicit visit(doorway& through) : through_{through}, inside_{through.enter()} {}
    ~visit() {
      if (inside_)
        through_.leave();
    }
    visit(const visit&) = delete;
    visit& operator=(const visit&) = delete;

    explicit operator bool() const { return inside_; }

  private:
    doorway& through_;
    bool inside_;
  };

  /// Not from inside.
  void close() {
    std::unique_lock lock{mutex_};
    closed_ = true;
    quiet_.wait(lock, [this] { return inside_ == 0; });
  }

private:
  bool enter() {
    std::lock_guard lock{mutex_};
    if (closed_)
      return false;
    ++inside_;
    return true;
  }
  void leave() {
    std::lock_guard lock{mutex_};
    --inside_;
    quiet_.notify_all();
  }

  // A message would not do: whoever closes must know, when it returns, that nobody
  // is inside.
  std::mutex mutex_;
  std::condition_variable quiet_;
  std::size_t inside_ = 0;
  bool closed_ = false;
};

} // namespace ringmaster::telephony
