#include "http_client/client.hpp"

#include "http_client/connection.hpp"
#include "http_client/url.hpp"

#include <algorithm>
#include <list>
#include <optional>
#include <stdexcept>
#include <thread>

namespace ringmaster::http_client {

namespace {

/// Servers close idle connections after five seconds and more; one that is
/// closed while we write to it leaves us not knowing what became of the request.
constexpr std::chrono::seconds idle_limit{4};

using steady = std::chrono::steady_clock;

/// One request on its way. Whoever comes first answers it: the exchange, the
/// clock or the end of the client.
struct flight {
  flight(net::io_context& on, request its, std::function<void(result)> to)
    : what{std::move(its)}, then{std::move(to)}, deadline{on} {}

  void answer(result it) {
    deadline.cancel();
    if (auto to = std::exchange(then, nullptr))
      to(std::move(it));
  }

  void give_up(const std::string& why) {
    answer(leaving ? result{unanswered{why}} : result{not_sent{why}});
    if (over)
      over->cut();
  }

  request what;
  std::function<void(result)> then;
  net::steady_timer deadline;
  std::shared_ptr<connection> over;
  bool leaving = false; // the other side may have part of it
};

/// A field that breaks its line would let whoever wrote its value write the
/// rest of the request.
bool is_one_line(const std::string& text) {
  return std::ranges::none_of(
    text, [](unsigned char it) { return (it < 0x20 && it != '\t') || it == 0x7f; });
}

bool is_word(const std::string& text) {
  return !text.empty() && is_one_line(text) && text.find_first_of(" \t:") == text.npos;
}

bool is_well_formed(const request& it) {
  return is_word(it.method) && std::ranges::all_of(it.headers, [](const auto& field) {
           return is_word(field.first) && is_one_line(field.second);
         });
}

net::ssl::context tls_for(const settings& as) {
  net::ssl::context it{net::ssl::context::tls_client};
  it.set_options(net::ssl::context::no_tlsv1 | net::ssl::context::no_tlsv1_1);
  it.set_verify_mode(net::ssl::verify_peer);
  failure why;
  if (as.ca_file.empty())
    it.set_default_verify_paths(why);
  else
    it.load_verify_file(as.ca_file, why);
  if (why)
    throw std::runtime_error{
      "can't read the certificates to believe, " + as.ca_file + ": " + why.message()};
  return it;
}

} // namespace

struct client::state {
  explicit state(settings as) : settings_{std::move(as)}, tls_{tls_for(settings_)} {}

  void start(std::shared_ptr<flight> it);
  void stop();

  net::io_context context_;
  std::thread thread_;

private:
  struct idle {
    std::string to;
    steady::time_point since;
    std::shared_ptr<connection> over;
  };

  net::awaitable<void> fly(std::shared_ptr<flight> it, url to);
  std::shared_ptr<connection> take_idle(const std::string& to);
  void keep(const std::string& to, std::shared_ptr<connection> over);

  settings settings_;
  net::ssl::context tls_;
  std::list<idle> idle_; // oldest first
  std::list<std::weak_ptr<flight>> flying_;
  bool stopping_ = false;
};

void client::state::start(std::shared_ptr<flight> it) {
  if (stopping_)
    return it->answer(not_sent{"the server is stopping"});
  auto to = parse_url(it->what.url);
  if (const auto* wrong = std::get_if<std::string>(&to))
    return it->answer(not_sent{"the URL " + *wrong});
  if (!is_well_formed(it->what))
    return it->answer(not_sent{"a header or the method holds what they must not hold"});
  std::erase_if(flying_, [](const auto& other) { return other.expired(); });
  flying_.push_back(it);
  it->deadline.expires_after(it->what.timeout);
  it->deadline.async_wait([it](failure cancelled) {
    if (!cancelled)
      it->give_up("no answer within " + std::to_string(it->what.timeout.count()) + " ms");
  });
  net::co_spawn(context_, fly(std::move(it), std::get<url>(std::move(to))), net::detached);
}

net::awaitable<void> client::state::fly(std::shared_ptr<flight> it, url to) {
  auto key = (to.secure ? "https://" : "http://") + to.authority();
  it->over = take_idle(key);
  if (!it->over) {
    it->over = std::make_shared<connection>(context_, tls_, to.secure);
    auto why = co_await it->over->open(to, settings_.private_addresses);
    if (!why.empty())
      co_return it->answer(not_sent{std::move(why)});
  }
  if (!it->then) // given up meanwhile
    co_return;
  it->leaving = true;
  auto answer = co_await it->over->ask(to, it->what, settings_.body_limit);
  if (auto* why = std::get_if<std::string>(&answer))
    co_return it->answer(unanswered{std::move(*why)});
  if (it->then)
    keep(key, std::exchange(it->over, nullptr));
  it->answer(std::get<response>(std::move(answer)));
}

std::shared_ptr<connection> client::state::take_idle(const std::string& to) {
  auto oldest = steady::now() - idle_limit;
  std::erase_if(
    idle_, [&](idle& each) { return each.since < oldest || !each.over->is_reusable(); });
  auto found = std::ranges::find(idle_, to, &idle::to);
  if (found == idle_.end())
    return nullptr;
  auto over = std::move(found->over);
  idle_.erase(found);
  return over;
}

void client::state::keep(const std::string& to, std::shared_ptr<connection> over) {
  if (settings_.idle_connections == 0)
    return;
  if (idle_.size() >= settings_.idle_connections)
    idle_.pop_front();
  idle_.push_back({to, steady::now(), std::move(over)});
}

void client::state::stop() {
  stopping_ = true;
  idle_.clear();
  for (const auto& each : std::exchange(flying_, {}))
    if (auto it = each.lock())
      it->give_up("the server is stopping");
}

client::client(settings as) : state_{std::make_unique<state>(std::move(as))} {
  state_->thread_ = std::thread{[its = state_.get()] {
    auto work = net::make_work_guard(its->context_);
    its->context_.run();
  }};
}

client::~client() {
  net::post(state_->context_, [its = state_.get()] {
    its->stop();
    its->context_.stop(); // what is left are cut connections
  });
  state_->thread_.join();
}

void client::send(request what, std::function<void(result)> then) {
  auto& on = state_->context_;
  net::post(
    on,
    [its = state_.get(),
     it = std::make_shared<flight>(on, std::move(what), std::move(then))]() mutable {
      its->start(std::move(it));
    });
}

} // namespace ringmaster::http_client
