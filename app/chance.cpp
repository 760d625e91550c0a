#include "app/chance.hpp"

#include "store/fatal.hpp"

#include <openssl/rand.h>

#include <chrono>
#include <random>

namespace ringmaster::app {

std::uint64_t new_id_number(events::instant now) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  auto millis = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch();
  auto age = static_cast<std::uint64_t>(millis.count()) & ((std::uint64_t{1} << 44) - 1);
  return age << 16 | (random() & 0xffff);
}

domain::secret_bytes random_secret() {
  domain::secret_bytes bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    store::fatal("no secret can be made", "the source of chance fails");
  return bytes;
}

} // namespace ringmaster::app
