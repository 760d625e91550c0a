#include "telephony/sip_trunk.hpp"

#include <mutex>
#include <utility>

namespace ringmaster::telephony {

namespace {

sip_credentials
credentials_of(const sip_settings& settings, const std::map<std::string, std::string>& secrets) {
  auto password = secrets.find("password");
  return {
    .username = settings.username,
    .password = password == secrets.end() ? std::string{} : password->second,
    .realm = settings.realm};
}

/// How often a port is tried that was taken.
constexpr auto between_tries = std::chrono::seconds{1};

/// Passes everything on to the stack's thread. A port that is taken is tried again as
/// something is asked for: whoever has it, an earlier process maybe, may be about to go.
class sip_provider final : public provider {
public:
  sip_provider(
    sip_settings settings,
    sip_credentials credentials,
    std::filesystem::path book,
    clock now,
    news_sink news)
    : settings_{std::move(settings)}, credentials_{std::move(credentials)}, book_{std::move(book)},
      now_{std::move(now)}, news_{std::move(news)} {
    (void)thread();
  }
  ~sip_provider() override {
    if (!thread_)
      return;
    (void)thread_->post([this] { trunk_->close(); }, /*however_many=*/true);
    thread_->join();
  }
  sip_provider(const sip_provider&) = delete;
  sip_provider& operator=(const sip_provider&) = delete;

  void place(call_request request, std::function<void(place_answer)> answer) override {
    auto to = thread();
    if (!to)
      return answer(not_now{trouble(), between_tries});
    if (!to->post([this, request = std::move(request), answer]() mutable {
          trunk_->place(std::move(request), std::move(answer));
        }))
      answer(not_now{"the trunk has too much to do", std::chrono::seconds{1}});
  }

  void hang_up(const call_handle& call) override {
    // Lost with the queue full or the port taken: the engine asks about the call again.
    if (auto to = thread())
      (void)to->post([this, call] { trunk_->hang_up(call); });
  }

  void look_up(const call_handle& call, std::function<void(look_up_answer)> answer) override {
    auto to = thread();
    if (!to)
      return answer(unclear{trouble()});
    if (!to->post([this, call, answer]() mutable { trunk_->look_up(call, std::move(answer)); }))
      answer(unclear{"the trunk has too much to do"});
  }

private:
  /// Null: the port can't be had.
  std::shared_ptr<sip_thread> thread() {
    std::lock_guard lock{mutex_};
    if (thread_ || now_() < next_try_)
      return thread_;
    next_try_ = now_() + between_tries;
    auto fresh = std::make_shared<sip_thread>();
    // A receipt of news may come when we are gone.
    auto post = [thread = std::weak_ptr{fresh}](std::function<void()> what) {
      auto there = thread.lock();
      return there && there->post(std::move(what));
    };
    auto begin = [&](su_root_t* root) {
      trunk_ = std::make_unique<sip_trunk>(
        sip_trunk::surroundings{
          .root = root, .post = post, .closed = [thread = fresh.get()] { thread->end(); }},
        settings_,
        credentials_,
        book_,
        now_,
        news_);
      return trunk_->open();
    };
    if (fresh->start(begin, [this] { trunk_.reset(); }))
      thread_ = std::move(fresh);
    return thread_;
  }

  [[nodiscard]] std::string trouble() const {
    return "can't listen on " + settings_.listen_address + ':'
           + std::to_string(settings_.listen_port)
           + " for SIP: is the port taken, or the certificate missing?";
  }

  const sip_settings settings_;
  const sip_credentials credentials_;
  const std::filesystem::path book_;
  const clock now_;
  const news_sink news_;
  std::mutex mutex_; // whoever comes first opens it
  events::instant next_try_{};
  std::shared_ptr<sip_thread> thread_;
  std::unique_ptr<sip_trunk> trunk_; // the thread's
};

} // namespace

std::unique_ptr<provider> make_sip_trunk(
  sip_settings settings,
  const std::map<std::string, std::string>& secrets,
  std::filesystem::path book,
  clock now,
  news_sink news) {
  auto credentials = credentials_of(settings, secrets);
  return std::make_unique<sip_provider>(
    std::move(settings), std::move(credentials), std::move(book), std::move(now), std::move(news));
}

} // namespace ringmaster::telephony
