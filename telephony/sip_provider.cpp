#include "telephony/sip_trunk.hpp"

#include <memory>
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
    thread_->start(
      [this](su_root_t* root) {
        root_ = root;
        (void)trunk();
      },
      [this] { trunk_.reset(); });
  }
  ~sip_provider() override {
    auto close = [this] { trunk_ ? trunk_->close() : thread_->end(); };
    (void)thread_->post(close, /*however_many=*/true);
    thread_->join();
  }
  sip_provider(const sip_provider&) = delete;
  sip_provider& operator=(const sip_provider&) = delete;

  void place(call_request request, std::function<void(place_answer)> answer) override {
    auto there = [this, request = std::move(request), answer]() mutable {
      if (auto* to = trunk())
        to->place(std::move(request), std::move(answer));
      else
        answer(not_now{trouble(), between_tries});
    };
    if (!thread_->post(std::move(there)))
      answer(not_now{"the trunk has too much to do", std::chrono::seconds{1}});
  }

  void hang_up(const call_handle& call) override {
    // Lost with the queue full or the port taken: the engine asks about the call again.
    (void)thread_->post([this, call] {
      if (auto* to = trunk())
        to->hang_up(call);
    });
  }

  void look_up(const call_handle& call, std::function<void(look_up_answer)> answer) override {
    auto there = [this, call, answer]() mutable {
      if (auto* to = trunk())
        to->look_up(call, std::move(answer));
      else
        answer(unclear{trouble()});
    };
    if (!thread_->post(std::move(there)))
      answer(unclear{"the trunk has too much to do"});
  }

private:
  // From here on in the stack's thread.

  /// Null: the port can't be had. The thread outlives its tries, for the stack lets go of
  /// no root, with three files, in which it could not be made.
  sip_trunk* trunk() {
    if (trunk_ || now_() < next_try_)
      return trunk_.get();
    next_try_ = now_() + between_tries;
    // A receipt of news may come when we are gone.
    auto post = [thread = std::weak_ptr{thread_}](std::function<void()> what) {
      auto there = thread.lock();
      return there && there->post(std::move(what));
    };
    auto fresh = std::make_unique<sip_trunk>(
      sip_trunk::surroundings{.root = root_, .post = post, .closed = [this] { thread_->end(); }},
      settings_,
      credentials_,
      book_,
      now_,
      news_);
    if (fresh->open())
      trunk_ = std::move(fresh);
    return trunk_.get();
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
  std::shared_ptr<sip_thread> thread_ = std::make_shared<sip_thread>();
  su_root_t* root_ = nullptr;
  events::instant next_try_{};
  std::unique_ptr<sip_trunk> trunk_;
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
