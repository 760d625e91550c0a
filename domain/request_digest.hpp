// How a request is known again that its client may send twice.
#pragma once

#include "events/envelope.hpp"

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace ringmaster::domain {

/// What a client may choose as an Idempotency-Key: 1 to 255 printable ASCII
/// characters.
[[nodiscard]] bool is_idempotency_key(std::string_view text);

/// Digests a request as it comes in. The key that its client chose goes into
/// both hashes and is kept nowhere, so whoever reads the log cannot find out by
/// trial what (which number, say) the request was about.
class request_digest {
public:
  /// `asker` tells those apart who may choose the same `key`.
  request_digest(std::string_view asker, std::string_view key);

  /// By what the request is found again; 16 bytes.
  [[nodiscard]] const std::string& key() const { return key_; }

  /// The request, piece by piece: pieces of the same bytes are the same request.
  void add(std::string_view bytes);

  /// Of all that was added so far.
  [[nodiscard]] events::request_mark mark() const;

private:
  struct release {
    void operator()(evp_md_ctx_st* it) const;
  };
  std::string key_;
  std::unique_ptr<evp_md_ctx_st, release> digest_;
};

} // namespace ringmaster::domain
