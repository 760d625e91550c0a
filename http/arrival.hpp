// From any thread to a coroutine on its strand.
#pragma once

#include "http/guarded.hpp"
#include "http/hub.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

namespace ringmaster::http {

/// One value that another thread will bring.
template <class T>
class arrival : public std::enable_shared_from_this<arrival<T>> {
public:
  explicit arrival(const net::any_io_executor& strand)
    : bell_{strand, net::steady_timer::time_point::max()} {}

  [[nodiscard]] net::any_io_executor executor() { return bell_.get_executor(); }

  /// The first call counts. If all copies go without one, nothing arrives.
  [[nodiscard]] std::function<void(T)> sender(hub& home) {
    auto way = std::make_shared<one_way>(home.weak_from_this(), this->weak_from_this());
    return [way = std::move(way)](T value) { way->send(std::move(value)); };
  }

  [[nodiscard]] net::awaitable<std::optional<T>> wait() {
    failure rung;
    while (!here_)
      co_await bell_.async_wait(into(rung));
    co_return std::move(value_);
  }

private:
  struct one_way {
    std::weak_ptr<hub> home;
    std::weak_ptr<arrival> there;
    std::atomic<bool> sent = false;

    one_way(std::weak_ptr<hub> from, std::weak_ptr<arrival> to)
      : home{std::move(from)}, there{std::move(to)} {}
    one_way(const one_way&) = delete;
    one_way& operator=(const one_way&) = delete;
    ~one_way() { send(std::nullopt); }

    void send(std::optional<T> value) {
      if (!sent.exchange(true))
        tell(home, there, [value = std::move(value)](arrival& it) mutable {
          it.take(std::move(value));
        });
    }
  };

  void take(std::optional<T> value) {
    here_ = true;
    value_ = std::move(value);
    bell_.cancel();
  }

  net::steady_timer bell_;
  bool here_ = false;
  std::optional<T> value_;
};

/// Runs what blocks on the pool. Nothing if it throws, which is logged under
/// the request's name. What `work` holds is let go of before its value is sent.
template <class T>
net::awaitable<std::optional<T>>
on_pool(hub& home, std::uint64_t correlation, std::function<T()> work) {
  auto strand = co_await net::this_coro::executor;
  auto result = std::make_shared<arrival<T>>(strand);
  auto send = result->sender(home);
  auto job = [&home, correlation, work = std::move(work), send = std::move(send)]() mutable {
    if (auto value = guarded(home.with, correlation, std::move(work)))
      send(*std::move(value));
    // Else dropping `send` says it.
  };
  net::post(home.pool, std::move(job));
  auto value = co_await result->wait();
  co_return value;
}

} // namespace ringmaster::http
