// The network library as this folder spells it.
#pragma once

#include <boost/asio.hpp>
#include <boost/beast.hpp>

#include <utility> // asio 1.74 uses std::exchange without it

namespace ringmaster::http {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using net::ip::tcp;
using failure = boost::system::error_code;

/// Awaits with the failure as a value: what peers do is no exception.
inline auto into(failure& why) {
  return net::redirect_error(net::use_awaitable, why);
}

} // namespace ringmaster::http
