#pragma once

#include "domain/request_digest.hpp"
#include "http/hub.hpp"
#include "http/message.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <variant>

namespace ringmaster::http {

/// A command that its client may send again (Idempotency-Key), from its head to
/// its answer. While there is one, no other with the same key is carried out.
/// The network thread has it until `keep`; the hub must outlive it.
class repeatable {
  struct pass {};

public:
  /// Null: the request is none, or is one that is refused in any case. 400 for
  /// a key of a wrong shape, 409 while the same is being carried out.
  [[nodiscard]] static std::variant<std::shared_ptr<repeatable>, problem>
  begin(const incoming& head, hub& home);

  repeatable(pass, hub& home, const incoming& head, std::string_view key);
  ~repeatable();
  repeatable(const repeatable&) = delete;
  repeatable& operator=(const repeatable&) = delete;

  /// The next piece of the body, which belongs to what the request is known by.
  void add(std::string_view body) { digest_.add(body); }
  /// Of the request with all of its body.
  [[nodiscard]] events::request_mark mark() const { return digest_.mark(); }

  /// It came before: to be answered by `answer_again`, and not carried out.
  [[nodiscard]] bool is_known() const { return given_ || done_; }
  /// 422 if that was another request with the same key.
  void answer_again(incoming request, reply answer) const;

  /// What it will be answered if it comes again, from now on; answers that ask
  /// the client to come again with something else (a key, say) do not count.
  /// Blocks on the disk.
  void keep(const outgoing& what) const;

private:
  hub& home_;
  domain::request_digest digest_;
  bool entered_ = false;
  std::optional<given_answer> given_;
  std::optional<projections::carried_out> done_;
};

} // namespace ringmaster::http
