#include "app/client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

#include <optional>
#include <regex>

namespace ringmaster::app {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;
using nlohmann::json;

namespace {

/// A million rows are read well within it.
constexpr auto patience = std::chrono::minutes{5};

std::string explain(const json& problem, unsigned status) {
  std::string text = problem.value("title", "error " + std::to_string(status));
  if (auto detail = problem.value("detail", ""); !detail.empty())
    text += (text.ends_with('.') ? " " : ": ") + detail;
  if (auto field = problem.value("field", ""); !field.empty())
    text += " (" + field + ")";
  if (problem.contains("rejects"))
    for (const auto& row : problem["rejects"])
      text += "\n  line " + row["line"].dump() + ", " + row.value("column", "") + ": "
              + row.value("reason", "") + " " + row["value"].dump();
  return text;
}

} // namespace

struct client::state {
  boost::asio::io_context io;
  std::string host;
  std::string port;
  std::string key;
  std::optional<beast::tcp_stream> stream;
  beast::flat_buffer buffer;

  template <class Body>
  json send(http::request<Body>& request) {
    bool reused = stream.has_value();
    try {
      return exchange(request);
    } catch (const boost::system::system_error& why) {
      stream.reset();
      // The server may have closed an idle connection; nothing was done then.
      if (!reused || request.method() != http::verb::get)
        throw client_error{"no answer from " + host + ':' + port + ": " + why.what()};
    }
    try {
      return exchange(request);
    } catch (const boost::system::system_error& why) {
      stream.reset();
      throw client_error{"no answer from " + host + ':' + port + ": " + why.what()};
    }
  }

  template <class Body>
  json exchange(http::request<Body>& request) {
    if (!stream) {
      tcp::resolver resolver{io};
      stream.emplace(io);
      stream->connect(resolver.resolve(host, port));
      buffer.clear();
    }
    request.set(http::field::host, host + ':' + port);
    if (!key.empty())
      request.set(http::field::authorization, "Bearer " + key);
    request.prepare_payload();
    stream->expires_after(patience);
    http::write(*stream, request);
    http::response_parser<http::string_body> parser;
    parser.body_limit(256U << 20);
    http::read(*stream, buffer, parser);
    auto& answer = parser.get();
    if (!answer.keep_alive())
      stream.reset();
    auto body = json::parse(answer.body(), nullptr, /*allow_exceptions=*/false);
    if (answer.result_int() >= 300)
      throw client_error{explain(body.is_object() ? body : json::object(), answer.result_int())};
    return body;
  }
};

client::client(const std::string& url, std::string key) : state_{std::make_unique<state>()} {
  state_->key = std::move(key);
  static const std::regex shape{R"(http://([^:/]+|\[[0-9a-fA-F:]+\])(?::(\d+))?/?)"};
  std::smatch found;
  if (!std::regex_match(url, found, shape))
    throw client_error{"not a URL of a server: " + url + " (http://host:port)"};
  state_->host = found[1];
  state_->port = found[2].matched ? found[2].str() : "80";
}

client::~client() = default;

json client::get(const std::string& target) {
  http::request<http::empty_body> request{http::verb::get, target, 11};
  return state_->send(request);
}

json client::post(const std::string& target, const json& body) {
  http::request<http::string_body> request{http::verb::post, target, 11};
  if (!body.is_null()) {
    request.set(http::field::content_type, "application/json");
    request.body() = body.dump();
  }
  return state_->send(request);
}

json client::remove(const std::string& target) {
  http::request<http::empty_body> request{http::verb::delete_, target, 11};
  return state_->send(request);
}

json client::upload(const std::string& target, const std::filesystem::path& file) {
  http::request<http::file_body> request{http::verb::post, target, 11};
  request.set(http::field::content_type, "text/csv");
  beast::error_code trouble;
  request.body().open(file.c_str(), beast::file_mode::scan, trouble);
  if (trouble)
    throw client_error{file.string() + ": " + trouble.message()};
  return state_->send(request);
}

std::string escaped(std::string_view text) {
  constexpr std::string_view plain =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (char it : text) {
    auto byte = static_cast<unsigned char>(it);
    if (plain.find(it) != std::string_view::npos)
      result += it;
    else
      result.append({'%', digits[byte >> 4U], digits[byte & 15U]});
  }
  return result;
}

} // namespace ringmaster::app
