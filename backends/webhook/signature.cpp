#include "backends/webhook/signature.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "backends/webhook/request.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

using Secrets = std::vector<Secret<std::string>>;
using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view secret_prefix = "whsec_", private_prefix = "whsk_", public_prefix = "whpk_";

/// The bytes that the text of a key stands for; what is not written as Standard Webhooks do is the key itself.
std::string key_bytes(std::string_view key) {
  for (const std::string_view prefix : {secret_prefix, private_prefix, public_prefix}) {
    if (!key.starts_with(prefix)) continue;
    std::string bytes;
    if (text::from_base64(key.substr(prefix.size()), bytes)) return bytes;
  }
  return std::string{key};
}

std::string encode(Scheme::Encoding encoding, std::string_view bytes) {
  return encoding == Scheme::Encoding::hex ? text::to_hex(bytes) : text::to_base64(bytes);
}

/// The seconds since 1970 in decimal digits.
std::optional<std::int64_t> read_time(std::string_view text) {
  std::int64_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || text.front() == '-' || read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return seconds;
}

std::int64_t seconds_of(Timestamp time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

Error not_proved(std::string text) { return {Fault::unauthorized, std::move(text)}; }

Result<void> check_time(std::string_view text, Timestamp now) {
  const auto signed_at = read_time(text);
  if (!signed_at) return not_proved("the request does not say when it was signed");
  const std::int64_t window = std::chrono::duration_cast<std::chrono::seconds>(replay_window).count();
  const std::int64_t ours = seconds_of(now);
  if (*signed_at < ours - window) return not_proved("the request was signed too long ago");
  if (*signed_at > ours + window) return not_proved("the request was signed in the future: one of the clocks is wrong");
  return {};
}

/// The text of a header with the names that svix gives to those of Standard Webhooks.
std::string_view standard_header(const Request& request, const std::string& name) {
  const std::string_view own = request.header("webhook-" + name);
  return own.empty() ? request.header("svix-" + name) : own;
}

/// Goes through all signatures and all secrets in any case, so that the time does not tell which of them fits.
bool is_signed_by_any(std::string_view given, std::string_view content, const Secrets& secrets) {
  bool found = false;
  for (const std::string_view each : text::split(given, ' ')) {
    for (const auto& secret : secrets) {
      const bool asymmetric = secret.reveal().starts_with(public_prefix);
      const std::string key = key_bytes(secret.reveal());
      if (each.starts_with("v1,") && !asymmetric) {
        const std::string expected = text::to_base64(hmac(Hash::sha256, key, content));
        found |= equal_in_constant_time(each.substr(3), expected);
      } else if (each.starts_with("v1a,") && asymmetric) {
        std::string signature;
        found |= text::from_base64(each.substr(4), signature) && ed25519_verify(key, signature, content);
      }
    }
  }
  return found;
}

Result<void> verify_standard(const Request& request, const Secrets& secrets, Timestamp now) {
  const std::string_view id = standard_header(request, "id"), time = standard_header(request, "timestamp");
  const std::string_view given = standard_header(request, "signature");
  if (given.empty() || id.empty()) return not_proved("the request has no webhook-signature");
  if (const auto checked = check_time(time, now); !checked) return checked;
  const std::string content = std::string{id} + '.' + std::string{time} + '.' + request.signed_bytes();
  if (!is_signed_by_any(given, content, secrets)) return not_proved("the webhook-signature is by another secret");
  return {};
}

/// Any of the signatures in the header, by any of the secrets. Hexadecimal digits may be of either case.
bool has_hmac(std::string_view given, std::string_view prefix, Hash hash, Scheme::Encoding encoding,
              std::string_view content, const Secrets& secrets) {
  bool found = false;
  for (std::string_view each : text::split(given, ',')) {
    each = text::trim(each);
    if (!each.starts_with(prefix)) continue;
    each.remove_prefix(prefix.size());
    const std::string read = encoding == Scheme::Encoding::hex ? text::ascii_lower(each) : std::string{each};
    for (const auto& secret : secrets) {
      found |= equal_in_constant_time(read, encode(encoding, hmac(hash, secret.reveal(), content)));
    }
  }
  return found;
}

Result<void> expect(bool proved, std::string_view header) {
  if (!proved) return not_proved("the signature in " + std::string{header} + " is missing or by another secret");
  return {};
}

Result<void> verify_github(const Scheme& scheme, const Request& request, const Secrets& secrets) {
  const std::string_view given = request.header("x-hub-signature-256");
  constexpr auto hex = Scheme::Encoding::hex;
  // The weak one does not rescue a strong one that is wrong.
  if (given.empty() && scheme.sha1) {
    const std::string_view old = request.header("x-hub-signature");
    return expect(has_hmac(old, "sha1=", Hash::sha1, hex, request.signed_bytes(), secrets), "X-Hub-Signature");
  }
  return expect(has_hmac(given, "sha256=", Hash::sha256, hex, request.signed_bytes(), secrets), "X-Hub-Signature-256");
}

Result<void> verify_slack(const Request& request, const Secrets& secrets, Timestamp now) {
  const std::string_view time = request.header("x-slack-request-timestamp");
  if (const auto checked = check_time(time, now); !checked) return checked;
  const std::string content = "v0:" + std::string{time} + ':' + request.signed_bytes();
  const std::string_view given = request.header("x-slack-signature");
  return expect(has_hmac(given, "v0=", Hash::sha256, Scheme::Encoding::hex, content, secrets), "X-Slack-Signature");
}

/// Forgejo sends the signatures of those that it comes from, too: the first that is there decides.
Result<void> verify_forgejo(const Request& request, const Secrets& secrets) {
  std::string_view given;
  for (const char* name : {"x-forgejo-signature", "x-gitea-signature", "x-gogs-signature"}) {
    if (given.empty()) given = request.header(name);
  }
  return expect(has_hmac(given, {}, Hash::sha256, Scheme::Encoding::hex, request.signed_bytes(), secrets),
                "X-Forgejo-Signature");
}

Result<void> verify_gitlab(const Request& request, const Secrets& secrets, Timestamp now) {
  if (!standard_header(request, "signature").empty()) return verify_standard(request, secrets, now);
  const std::string_view given = request.header("x-gitlab-token");
  bool found = false;
  // By their digests: the length of a secret is nobody's business either.
  for (const auto& secret : secrets) found |= equal_in_constant_time(sha256_hex(given), sha256_hex(secret.reveal()));
  return expect(found && !given.empty(), "X-Gitlab-Token");
}

Result<void> verify_generic(const Scheme& scheme, const Request& request, const Secrets& secrets, Timestamp now) {
  std::string content;
  if (!scheme.timestamp.empty()) {
    const std::string_view time = request.header(scheme.timestamp);
    if (const auto checked = check_time(time, now); !checked) return checked;
    content = std::string{time} + scheme.joiner;
  }
  content += request.signed_bytes();
  const std::string_view given = request.header(scheme.header);
  return expect(has_hmac(given, scheme.prefix, scheme.hash, scheme.encoding, content, secrets), scheme.header);
}

Headers sign_standard(std::string_view id, std::string_view body, const Secrets& secrets, const std::string& time) {
  const std::string content = std::string{id} + '.' + time + '.' + std::string{body};
  std::string signatures;
  for (const auto& secret : secrets) {
    const std::string key = key_bytes(secret.reveal());
    if (!signatures.empty()) signatures += ' ';
    if (secret.reveal().starts_with(private_prefix)) {
      signatures += "v1a," + text::to_base64(ed25519_sign(key, content));
    } else {
      signatures += "v1," + text::to_base64(hmac(Hash::sha256, key, content));
    }
  }
  Headers headers{{"webhook-id", std::string{id}}, {"webhook-timestamp", time}};
  if (!signatures.empty()) headers.emplace_back("webhook-signature", signatures);
  return headers;
}

std::string hex_hmac(const Secret<std::string>& secret, std::string_view content) {
  return text::to_hex(hmac(Hash::sha256, secret.reveal(), content));
}

}  // namespace

Result<void> verify(const Scheme& scheme, const Request& request, const Secrets& secrets, Timestamp now) {
  // An empty key is one that everybody knows.
  const bool usable = !secrets.empty() &&
                      std::none_of(secrets.begin(), secrets.end(), [](const auto& secret) { return secret.empty(); });
  if (!usable) return not_proved("the hook has no secret to check signatures with");
  switch (scheme.kind) {
    case Scheme::Kind::standard:
      return verify_standard(request, secrets, now);
    case Scheme::Kind::github:
      return verify_github(scheme, request, secrets);
    case Scheme::Kind::slack:
      return verify_slack(request, secrets, now);
    case Scheme::Kind::forgejo:
      return verify_forgejo(request, secrets);
    case Scheme::Kind::gitlab_token:
      return verify_gitlab(request, secrets, now);
    case Scheme::Kind::sentry:
      return expect(has_hmac(request.header("sentry-hook-signature"), {}, Hash::sha256, Scheme::Encoding::hex,
                             request.signed_bytes(), secrets),
                    "Sentry-Hook-Signature");
    case Scheme::Kind::grafana:
    case Scheme::Kind::generic:
      return verify_generic(scheme, request, secrets, now);
  }
  return failure(Fault::internal, "a signature of no kind");
}

Headers sign(const Scheme& scheme, std::string_view id, std::string_view body, const Secrets& secrets, Timestamp now) {
  const std::string time = std::to_string(seconds_of(now));
  if (scheme.kind == Scheme::Kind::standard) return sign_standard(id, body, secrets, time);
  if (secrets.empty()) return {};
  const auto& secret = secrets.front();
  switch (scheme.kind) {
    case Scheme::Kind::standard:
      break;
    case Scheme::Kind::github: {
      Headers headers{{"X-Hub-Signature-256", "sha256=" + hex_hmac(secret, body)}};
      if (scheme.sha1) {
        headers.emplace_back("X-Hub-Signature", "sha1=" + text::to_hex(hmac(Hash::sha1, secret.reveal(), body)));
      }
      return headers;
    }
    case Scheme::Kind::slack:
      return {{"X-Slack-Request-Timestamp", time},
              {"X-Slack-Signature", "v0=" + hex_hmac(secret, "v0:" + time + ':' + std::string{body})}};
    case Scheme::Kind::forgejo:
      return {{"X-Forgejo-Signature", hex_hmac(secret, body)}};
    case Scheme::Kind::gitlab_token:
      return {{"X-Gitlab-Token", secret.reveal()}};
    case Scheme::Kind::sentry:
      return {{"Sentry-Hook-Signature", hex_hmac(secret, body)}};
    case Scheme::Kind::grafana:
    case Scheme::Kind::generic: {
      const bool timed = !scheme.timestamp.empty();
      const std::string content = (timed ? time + scheme.joiner : std::string{}) + std::string{body};
      Headers headers{
          {scheme.header, scheme.prefix + encode(scheme.encoding, hmac(scheme.hash, secret.reveal(), content))}};
      if (timed) headers.emplace_back(scheme.timestamp, time);
      return headers;
    }
  }
  return {};
}

Secret<std::string> make_secret(Random& random) {
  std::string bytes(32, '\0');
  random.fill(std::as_writable_bytes(std::span{bytes}));
  return Secret<std::string>{std::string{secret_prefix} + text::to_base64(bytes)};
}

Result<void> check_secret(const Scheme& scheme, const Secret<std::string>& secret) {
  const std::string& key = secret.reveal();
  if (key.empty()) return failure(Fault::malformed, "the secret is empty");
  if (scheme.kind != Scheme::Kind::standard) return {};
  for (const std::string_view prefix : {secret_prefix, private_prefix, public_prefix}) {
    std::string bytes;
    if (!key.starts_with(prefix)) continue;
    if (!text::from_base64(key.substr(prefix.size()), bytes)) {
      return failure(Fault::malformed, "behind " + std::string{prefix} + " the secret has to be base64");
    }
    const bool symmetric = prefix == secret_prefix;
    const bool fits = symmetric ? bytes.size() >= 16 && bytes.size() <= 64
                                : bytes.size() == 32 || (prefix == private_prefix && bytes.size() == 64);
    if (!fits) {
      return failure(Fault::malformed, symmetric ? "the secret has to be 24 to 64 bytes in base64"
                                                 : "the key has to be 32 bytes of Ed25519 in base64");
    }
    return {};
  }
  return failure(Fault::malformed, "a secret of Standard Webhooks begins with whsec_ (or whpk_, a public key)");
}

}  // namespace dragoman::backends::webhook
