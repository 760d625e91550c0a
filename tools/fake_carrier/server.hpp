// HTTP for the fake carrier: one thread, nothing that it does not need.
#pragma once

#include "tools/fake_carrier/carrier.hpp"

#include <boost/asio.hpp>

#include <functional>

namespace ringmaster::fake_carrier {

namespace net = boost::asio;

using on_request = std::function<void(const web_request&, on_reply)>;

/// Takes connections and hands on what they ask, on the thread that runs `on`.
/// Never returns by itself.
net::awaitable<void> serve(net::ip::tcp::acceptor& at, on_request handle);

} // namespace ringmaster::fake_carrier
