#include "http/gateway.hpp"

#include "projections/keys.hpp"
#include "projections/rows.hpp"

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <doctest/doctest.h>

namespace ringmaster {

namespace {

test::gateway* on_stage = nullptr;

std::string message(std::string text) {
  if (on_stage->on_message)
    on_stage->on_message(text);
  return text;
}

class told_upload : public http::upload {
public:
  explicit told_upload(std::shared_ptr<test::upload_story> story) : story_{std::move(story)} {
    story_->begun.set_value();
  }
  ~told_upload() override { story_->dropped.set_value(); }

  bool write(std::string_view bytes) override {
    if (story_->gate.valid())
      story_->gate.wait();
    if (story_->on_write)
      story_->on_write();
    story_->written += bytes;
    return story_->written.size() < story_->beyond_reading_after;
  }

  void finish(
    std::optional<events::request_mark> mark,
    std::function<void(std::variant<report, domain::import_failure, http::command_unavailable>)>
      done) override {
    if (story_->on_finish)
      story_->on_finish();
    story_->mark = std::move(mark);
    story_->finished = true;
    done(report{});
  }

private:
  std::shared_ptr<test::upload_story> story_;
};

struct silent_watch : http::watch {
  void rearm() override {}
};

} // namespace

namespace http {

bool takes_long(const incoming& request) {
  return request.path.starts_with("/slow");
}

void handle(const incoming& request, const services& with, reply answer) {
  on_stage->handle(request, with, std::move(answer));
}

void recall(const projections::carried_out&, incoming, const services&, reply answer) {
  answer({.status = 201, .headers = {}, .body = "recalled", .stream = {}});
}

std::variant<upload::options, problem> accept_upload(const incoming& head) {
  return on_stage->accept_upload(head);
}

outgoing
render_upload(const std::variant<upload::report, domain::import_failure, command_unavailable>&) {
  outgoing result;
  result.status = 201;
  result.body = "stored";
  return result;
}

std::variant<live_request, problem> accept_live(const incoming& head, const services&) {
  return on_stage->accept_live(head);
}

std::string
live_snapshot(const projections::campaign_view&, std::uint64_t position, const services&) {
  return message("snapshot " + std::to_string(position));
}

std::string
live_progress(const projections::campaign_view&, std::uint64_t position, const services&) {
  return message("progress " + std::to_string(position));
}

std::string live_event(const events::envelope& it) {
  auto text = "event " + std::to_string(it.position);
  if (text.size() < on_stage->event_bytes)
    text.resize(on_stage->event_bytes, ' ');
  return message(std::move(text));
}

} // namespace http

namespace test {

namespace net = boost::asio;
namespace beast = boost::beast;

std::unique_ptr<store::key_value::snapshot> shared_rows::look() const {
  std::lock_guard lock{mutex_};
  return rows_.look();
}

void shared_rows::write(const store::key_value_batch& batch) {
  std::lock_guard lock{mutex_};
  // Forces a copy: that a snapshot is gone does not order what was read of it before this.
  auto kept = rows_.keep();
  rows_.write(batch);
}

void shared_rows::clear() {
  std::lock_guard lock{mutex_};
  rows_.clear();
}

std::unique_ptr<http::upload> begin(std::shared_ptr<upload_story> story) {
  return std::make_unique<told_upload>(std::move(story));
}

gateway::gateway() {
  on_stage = this;
  handle = [](const http::incoming& request, const http::services&, http::reply answer) {
    http::outgoing what;
    what.body = request.method + " " + request.path + " " + request.body;
    answer(what);
  };
  accept_upload = [](const http::incoming&) { return http::upload::options{}; };
  accept_live = [](const http::incoming& head) {
    http::live_request what{
      .campaign = watched, .events = head.query.contains("events"), .resume_after = {}};
    if (auto after = head.query.find("after"); after != head.query.end())
      what.resume_after = std::stoull(after->second);
    return what;
  };
  with.log_request = [](const http::answered_request&) {};
  with.log = [this](http::severity, const std::string& line, std::uint64_t request) {
    std::lock_guard lock{mutex_};
    logged_.push_back("request " + http::request_name(request) + ": " + line);
  };
  with.new_id = [this] { return ++last_id_; };
  with.views = &views_;
  with.now = [this] { return now_.load(); };
  with.answer_given = [this](const std::string& key) -> std::optional<http::given_answer> {
    std::lock_guard lock{mutex_};
    auto found = answers_.find(key);
    if (found == answers_.end() || found->second.at + http::answers_stand_for <= now_.load())
      return std::nullopt;
    return found->second.what;
  };
  with.keep_answer = [this](const events::request_mark& of, const http::outgoing& what) {
    std::lock_guard lock{mutex_};
    answers_[of.key] = {now_.load(), {of.digest, what}};
  };
  with.begin_upload = [this](http::upload::options, http::origin) { return begin(story); };
  with.watch_campaign = [this](events::campaign_id, std::function<void()> stir_it) {
    std::lock_guard lock{mutex_};
    stir_ = std::move(stir_it);
    return std::make_unique<silent_watch>();
  };
  with.events_after = [this](events::campaign_id, std::uint64_t after, std::size_t most) {
    return page(after, most);
  };
  progress(0);
}

gateway::~gateway() {
  server_.reset();
  on_stage = nullptr;
}

void gateway::open(const options_patch& patch) {
  http::server_options options;
  options.port = 0;
  options.threads = 2;
  if (patch)
    patch(options);
  auto started = http::server::start(options, with);
  auto* it = std::get_if<std::unique_ptr<http::server>>(&started);
  REQUIRE(it);
  server_ = std::move(*it);
}

void gateway::progress(std::uint64_t position) {
  projections::campaign_view view;
  view.state.id = watched;
  store::key_value_batch batch;
  batch.put(
    projections::keys::of(projections::keys::campaign_definition, watched.value),
    projections::rows::encode_definition(view.state));
  batch.put(
    projections::keys::of(projections::keys::campaign, watched.value),
    projections::rows::encode(view));
  projections::checkpoint where;
  where.position = position;
  batch.put(std::string{projections::keys::checkpoint}, projections::rows::encode(where));
  rows_.write(batch);
}

void gateway::happen(std::uint64_t count) {
  std::lock_guard lock{mutex_};
  for (; count > 0; --count) {
    events::envelope it;
    it.position = log_.size() + 1;
    log_.push_back(it);
  }
}

void gateway::happen_elsewhere(std::uint64_t count) {
  std::lock_guard lock{mutex_};
  log_.resize(log_.size() + count);
}

void gateway::stir() {
  std::function<void()> how;
  {
    std::lock_guard lock{mutex_};
    how = stir_;
  }
  how();
}

std::string gateway::make_key(std::uint64_t id, const std::string& name, events::key_role role) {
  auto secret = domain::make_secret({id}, {});
  events::envelope it;
  it.event = events::api_key_created{
    .key = {id}, .name = name, .role = role, .secret_sha256 = domain::sha256_of(secret)};
  store::key_value_batch batch;
  batch.put(projections::keys::of(projections::keys::api_key, id), projections::rows::encode(it));
  rows_.write(batch);
  return secret;
}

void gateway::revoke_key(std::uint64_t id) {
  events::envelope it;
  it.event = events::api_key_revoked{.key = {id}};
  store::key_value_batch batch;
  batch.put(
    projections::keys::of(projections::keys::revoked_api_key, id), projections::rows::encode(it));
  rows_.write(batch);
}

void gateway::lose_answers() {
  std::lock_guard lock{mutex_};
  answers_.clear();
}

void gateway::carried_out(const events::request_mark& mark) {
  store::key_value_batch batch;
  batch.put(
    projections::keys::of_request(mark.key),
    projections::rows::encode(projections::carried_out{
      .position = 1, .at = now_.load(), .digest = mark.digest, .stream = {}}));
  rows_.write(batch);
}

void gateway::remove_campaign() {
  rows_.clear();
}

std::vector<std::string> gateway::logged() {
  std::lock_guard lock{mutex_};
  return logged_;
}

std::size_t gateway::pulls() {
  std::lock_guard lock{mutex_};
  return pulls_;
}

http::event_page gateway::page(std::uint64_t after, std::size_t most) {
  std::lock_guard lock{mutex_};
  ++pulls_;
  http::event_page result;
  result.upto = after;
  for (; result.upto < log_.size() && result.upto < after + most; ++result.upto)
    if (const auto& it = log_[result.upto])
      result.events.push_back(*it);
  return result;
}

client::client(const gateway& to) {
  socket_.connect({net::ip::make_address("127.0.0.1"), to.port()});
}

bool client::send(std::string_view bytes) {
  boost::system::error_code why;
  net::write(socket_, net::buffer(bytes), why);
  return !why;
}

answered client::receive(bool head_only) {
  beast::http::response_parser<beast::http::string_body> parser;
  parser.skip(head_only);
  boost::system::error_code why;
  beast::http::read(socket_, buffer_, parser, why);
  answered result;
  if (why)
    return result;
  result.status = parser.get().result_int();
  result.body = parser.get().body();
  for (const auto& field : parser.get()) {
    auto name = std::string{field.name_string()};
    for (auto& it : name)
      it = static_cast<char>(std::tolower(it));
    result.headers[name] = std::string{field.value()};
  }
  return result;
}

answered client::ask(std::string_view head_and_body) {
  send(head_and_body);
  return receive();
}

std::string client::rest() {
  std::string result{static_cast<const char*>(buffer_.data().data()), buffer_.data().size()};
  boost::system::error_code why;
  net::read(socket_, net::dynamic_buffer(result), why);
  return result;
}

listener::listener(const gateway& to, const std::string& query, const headers& more) {
  socket_.next_layer().connect({net::ip::make_address("127.0.0.1"), to.port()});
  socket_.set_option(
    beast::websocket::stream_base::decorator{[&](beast::websocket::request_type& it) {
      for (const auto& [name, value] : more)
        it.set(name, value);
    }});
  beast::websocket::response_type answer;
  auto target = "/v1/campaigns/" + events::to_string(watched) + "/live" + query;
  socket_.handshake(answer, "localhost", target);
  protocol_ = std::string{answer[beast::http::field::sec_websocket_protocol]};
}

std::optional<std::string> listener::next() {
  beast::flat_buffer buffer;
  boost::system::error_code why;
  socket_.read(buffer, why);
  if (why)
    return std::nullopt;
  return beast::buffers_to_string(buffer.data());
}

void listener::say(const std::string& text) {
  boost::system::error_code why;
  socket_.write(net::buffer(text), why);
}

void listener::ping() {
  socket_.control_callback([this](beast::websocket::frame_type kind, beast::string_view) {
    ponged_ = ponged_ || kind == beast::websocket::frame_type::pong;
  });
  socket_.ping({});
}

std::string get(const std::string& target, const std::string& more_headers) {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more_headers + "\r\n";
}

} // namespace test

} // namespace ringmaster
