#include "http/gateway.hpp"

#include <doctest/doctest.h>

#include <future>
#include <stdexcept>

namespace ringmaster::test {

TEST_CASE("what takes long to answer holds up nobody else") {
  gateway to;
  std::promise<void> begun;
  std::promise<void> go_on;
  to.handle = [&](const http::incoming& request, const http::services&, http::reply answer) {
    if (request.path == "/slow") {
      begun.set_value();
      go_on.get_future().wait();
    }
    answer({});
  };
  to.open([](auto& options) { options.threads = 1; });
  client slow{to};
  client quick{to};
  slow.send(get("/slow"));
  begun.get_future().wait();
  CHECK(quick.ask(get("/")).status == 200);
  go_on.set_value();
  CHECK(slow.receive().status == 200);
}

TEST_CASE("what fails off the network threads is a 500 too, and the next is answered") {
  gateway to;
  to.handle = [](const http::incoming& request, const http::services&, http::reply answer) {
    if (request.path == "/slow")
      throw std::runtime_error{"no such luck"};
    answer({});
  };
  to.open();
  client one{to};
  CHECK(one.ask(get("/slow")).status == 500);
  CHECK(one.ask(get("/")).status == 200);
}

} // namespace ringmaster::test
