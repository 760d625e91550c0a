#include "http/repeatable.hpp"

#include "http/routes.hpp"

namespace ringmaster::http {

namespace {

bool is_command(const incoming& it) {
  return it.method == "POST" || it.method == "PATCH" || it.method == "DELETE";
}

/// Not of everything that a client says: a proxy may add headers of its own.
std::string head_of(const incoming& it) {
  auto head = it.method + '\n' + it.path + '\n';
  for (const auto& [name, value] : it.query)
    head += name + '=' + value + '\n';
  return head + '\n';
}

problem faulty_key() {
  return {
    .status = 400,
    .slug = "faulty-header",
    .title = "A header is missing, misshapen or there too often.",
    .detail = "An Idempotency-Key has 1 to 255 printable ASCII characters.",
    .field = "Idempotency-Key",
    .more = "",
    .retry_after_seconds = {}};
}

problem under_way() {
  return {
    .status = 409,
    .slug = "request-under-way",
    .title = "The same request is being carried out.",
    .detail = "It came with this Idempotency-Key and has not been answered yet. Ask again for its "
              "answer.",
    .field = "Idempotency-Key",
    .more = "",
    .retry_after_seconds = 1};
}

problem key_used_otherwise() {
  return {
    .status = 422,
    .slug = "key-used-otherwise",
    .title = "The key belongs to another request.",
    .detail = "Another request came with this Idempotency-Key in the last 48 hours. Nothing was "
              "done. Take a new key for each.",
    .field = "Idempotency-Key",
    .more = "",
    .retry_after_seconds = {}};
}

/// Else the client is to come again, with the same key, when it may or can.
bool is_final(const outgoing& what) {
  auto status = what.status;
  return status < 500 && status != 401 && status != 403 && status != 429;
}

} // namespace

std::variant<std::shared_ptr<repeatable>, problem>
repeatable::begin(const incoming& head, hub& home) {
  auto key = head.headers.find("idempotency-key");
  bool may_change = head.role && *head.role >= events::key_role::operates;
  if (key == head.headers.end() || !is_command(head) || !may_change)
    return nullptr;
  if (!domain::is_idempotency_key(key->second))
    return faulty_key();
  auto it = std::make_shared<repeatable>(pass{}, home, head, key->second);
  if (!it->entered_)
    return under_way();
  return it;
}

repeatable::repeatable(pass, hub& home, const incoming& head, std::string_view key)
  : home_{home}, digest_{std::to_string(head.key.value), key} {
  digest_.add(head_of(head));
  // First this: what is answered while we look must not slip past us.
  entered_ = home_.under_way.enter(digest_.key());
  if (!entered_)
    return;
  given_ = home_.with.answer_given(digest_.key());
  auto done = home_.with.views->look().request(digest_.key());
  if (done && home_.with.now() - done->at < answers_stand_for)
    done_ = std::move(done);
}

repeatable::~repeatable() {
  if (entered_)
    home_.under_way.leave(digest_.key());
}

void repeatable::answer_again(incoming request, reply answer) const {
  auto digest = mark().digest;
  if (digest != (given_ ? given_->digest : done_->digest))
    return answer(render(key_used_otherwise()));
  if (!given_)
    return recall(*done_, std::move(request), home_.with, std::move(answer));
  auto what = given_->what;
  what.headers.emplace_back("Idempotent-Replayed", "true");
  answer(std::move(what));
}

void repeatable::keep(const outgoing& what) const {
  if (!given_ && is_final(what) && !what.once && !what.stream)
    home_.with.keep_answer(mark(), what);
}

} // namespace ringmaster::http
