// A contact list on its way from the socket to the engine.
#include "http/arrival.hpp"
#include "http/peer.hpp"
#include "http/request_head.hpp"
#include "http/routes.hpp"

#include <tuple>
#include <vector>

namespace ringmaster::http {

namespace {

constexpr std::size_t piece_bytes = 128 * 1024;

using upload_end = std::variant<upload::report, domain::import_failure, command_unavailable>;

/// What blocks when it goes, goes on the pool.
std::shared_ptr<upload> at_home_on_pool(hub& home, std::unique_ptr<upload> it) {
  return {it.release(), [&home](upload* gone) {
            auto owner = std::unique_ptr<upload>{gone};
            net::post(home.pool, [owner = std::move(owner)]() mutable { owner.reset(); });
          }};
}

} // namespace

/// How the reading of a body went.
struct peer::received {
  bool lost = false;     // the client is gone, or too slow
  bool complete = false; // to the last byte
  std::optional<problem> wrong;
};

net::awaitable<bool> peer::take_upload(head_parser& head, incoming& request, manner how) {
  bool more = false;
  auto most = home_.options.max_upload_bytes;
  auto judged = guarded(home_.with, how.correlation, [&] { return accept_upload(request); });
  auto accepted = judged ? *std::move(judged) : internal_error();
  if (head.content_length().value_or(0) > most && !std::holds_alternative<problem>(accepted))
    accepted = too_large(most);
  if (auto* wrong = std::get_if<problem>(&accepted)) {
    more = co_await refuse(std::move(*wrong), how);
    co_return more;
  }
  auto begun =
    guarded(home_.with, how.correlation, [&] { return repeatable::begin(request, home_); });
  auto claimed = begun ? *std::move(begun) : internal_error();
  if (auto* wrong = std::get_if<problem>(&claimed)) {
    more = co_await refuse(std::move(*wrong), how);
    co_return more;
  }
  auto repeat = std::get<std::shared_ptr<repeatable>>(std::move(claimed));
  bool known = repeat && repeat->is_known();
  std::shared_ptr<upload> list; // none for one that is known: its bytes are only compared
  if (!known) {
    list = co_await begin_upload(std::get<upload::options>(accepted), request, how);
    if (!list) {
      auto what = internal_error();
      more = co_await refuse(std::move(what), how);
      co_return more;
    }
  }
  upload_parser parser{std::move(head)};
  parser.body_limit(most);
  co_await invite(parser.get());
  upload_sink sink = [list, repeat](std::string_view bytes) {
    if (repeat)
      repeat->add(bytes);
    return !list || list->write(bytes);
  };
  auto got = co_await receive(parser, std::move(sink), how);
  if (got.lost)
    co_return false;
  if (got.wrong) {
    more = co_await refuse(std::move(*got.wrong), how);
    co_return more;
  }
  how.keep_alive = how.keep_alive && got.complete;
  // Of a body that was not read to its end nobody can say whether it is the same.
  if (!got.complete)
    repeat.reset();
  stream_.expires_never();
  outgoing answer;
  std::optional<events::request_mark> mark;
  if (repeat)
    mark = repeat->mark();
  if (known)
    answer = co_await answer_again(repeat, request, how);
  else
    answer = co_await finish_upload(list, mark, how);
  co_await keep(std::move(repeat), answer, how);
  more = co_await send(how, std::move(answer));
  co_return more;
}

net::awaitable<std::shared_ptr<upload>>
peer::begin_upload(upload::options options, const incoming& request, manner how) {
  std::function<std::unique_ptr<upload>()> begin =
    [&with = home_.with,
     options = std::move(options),
     who = origin{.actor = request.actor, .correlation = request.correlation}] {
      return with.begin_upload(options, who);
    };
  auto begun = co_await on_pool<std::unique_ptr<upload>>(home_, how.correlation, std::move(begin));
  if (!begun || !*begun)
    co_return nullptr;
  co_return at_home_on_pool(home_, std::move(*begun));
}

/// Piece by piece, one in flight: the client waits while it is worked on.
net::awaitable<peer::received> peer::receive(upload_parser& parser, upload_sink sink, manner how) {
  failure why;
  patience left{home_.options.body_timeout, home_.options.least_body_bytes_per_second};
  received result;
  auto piece = std::make_shared<std::vector<char>>(piece_bytes);
  while (!parser.is_done()) {
    auto& body = parser.get().body();
    body.data = piece->data();
    body.size = piece->size();
    body.more = true;
    co_await read_some(parser, left, why);
    if (why && why != wire::error::need_buffer) {
      result.wrong =
        why == wire::error::body_limit ? too_large(home_.options.max_upload_bytes) : explain(why);
      result.lost = !result.wrong;
      co_return result;
    }
    auto length = piece->size() - body.size;
    if (length == 0)
      continue;
    stream_.expires_never();
    std::function<bool()> write = [sink, piece, length] { return sink({piece->data(), length}); };
    auto written = co_await on_pool<bool>(home_, how.correlation, std::move(write));
    if (!written) {
      result.wrong = internal_error();
      co_return result;
    }
    if (!*written)
      co_return result;
  }
  result.complete = true;
  co_return result;
}

net::awaitable<outgoing> peer::finish_upload(
  std::shared_ptr<upload> list, std::optional<events::request_mark> mark, manner how) {
  auto end = std::make_shared<arrival<upload_end>>(executor());
  net::post(
    home_.pool, [&home = home_, name = how.correlation, list, mark, done = end->sender(home_)] {
      // Should it throw, `done` goes without a word, which is a word too.
      std::ignore = guarded(home.with, name, [&] {
        list->finish(mark, done);
        return true;
      });
    });
  auto report = co_await end->wait();
  co_return safely(home_.with, how.correlation, [&] {
    return report ? render_upload(*report) : render(internal_error());
  });
}

} // namespace ringmaster::http
