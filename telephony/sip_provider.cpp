#include "telephony/sip_trunk.hpp"

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

/// Passes everything on to the stack's thread.
class sip_provider final : public provider {
public:
  [[nodiscard]] bool start(
    sip_settings settings,
    sip_credentials credentials,
    std::filesystem::path book,
    clock now,
    news_sink news) {
    // A receipt of news may come when we are gone.
    auto post = [thread = std::weak_ptr{thread_}](std::function<void()> what) {
      auto there = thread.lock();
      return there && there->post(std::move(what));
    };
    auto begin = [&](su_root_t* root) {
      trunk_ = std::make_unique<sip_trunk>(
        sip_trunk::surroundings{
          .root = root, .post = post, .closed = [thread = thread_.get()] { thread->end(); }},
        std::move(settings),
        std::move(credentials),
        std::move(book),
        std::move(now),
        std::move(news));
      return trunk_->open();
    };
    return thread_->start(begin, [this] { trunk_.reset(); });
  }

  sip_provider() = default;
  ~sip_provider() override {
    (void)thread_->post([this] { trunk_->close(); }, /*however_many=*/true);
    thread_->join();
  }
  sip_provider(const sip_provider&) = delete;
  sip_provider& operator=(const sip_provider&) = delete;

  void place(call_request request, std::function<void(place_answer)> answer) override {
    if (!thread_->post([this, request = std::move(request), answer]() mutable {
          trunk_->place(std::move(request), std::move(answer));
        }))
      answer(not_now{"the trunk has too much to do", std::chrono::seconds{1}});
  }

  void hang_up(const call_handle& call) override {
    // Lost with the queue full: the engine asks about the call again.
    (void)thread_->post([this, call] { trunk_->hang_up(call); });
  }

  void look_up(const call_handle& call, std::function<void(look_up_answer)> answer) override {
    if (!thread_->post(
          [this, call, answer]() mutable { trunk_->look_up(call, std::move(answer)); }))
      answer(unclear{"the trunk has too much to do"});
  }

private:
  std::shared_ptr<sip_thread> thread_ = std::make_shared<sip_thread>();
  std::unique_ptr<sip_trunk> trunk_; // the thread's
};

} // namespace

std::variant<std::unique_ptr<provider>, std::string> make_sip_trunk(
  sip_settings settings,
  const std::map<std::string, std::string>& secrets,
  std::filesystem::path book,
  clock now,
  news_sink news) {
  if (auto wrong = check_sip_secrets(settings, secrets))
    return std::move(*wrong);
  auto credentials = credentials_of(settings, secrets);
  auto place = settings.listen_address + ':' + std::to_string(settings.listen_port);
  auto made = std::make_unique<sip_provider>();
  if (!made->start(
        std::move(settings),
        std::move(credentials),
        std::move(book),
        std::move(now),
        std::move(news)))
    return "can't listen on " + place + " for SIP: is the port taken, or the certificate missing?";
  return made;
}

} // namespace ringmaster::telephony
