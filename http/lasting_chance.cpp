#include "http/lasting_chance.hpp"

#include "http/guarded.hpp"
#include "http/router.hpp"

namespace ringmaster::http {

void draw_chance(
  std::uint64_t id,
  const incoming& request,
  const services& with,
  const reply& answer,
  std::function<void(const domain::secret_bytes&)> then) {
  if (!request.mark)
    return then(with.new_secret());
  bool taken = with.later([&with, id, request, answer, then = std::move(then)] {
    auto done = guarded(with, request.correlation, [&] {
      if (!with.seed_kept(request.mark->key))
        with.keep_seed(*request.mark, with.new_secret());
      then(chance_again(id, request, with).value());
      return true;
    });
    if (!done)
      answer(render(internal_error()));
  });
  if (!taken)
    answer(render(unavailable({"too many secrets are being made"})));
}

std::optional<domain::secret_bytes>
chance_again(std::uint64_t id, const incoming& request, const services& with) {
  auto chosen = request.headers.find("idempotency-key");
  auto seed = request.mark ? with.seed_kept(request.mark->key) : std::nullopt;
  if (!seed || chosen == request.headers.end())
    return std::nullopt;
  return domain::repeatable_chance(*seed, chosen->second, id);
}

} // namespace ringmaster::http
