#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace dragoman::media {

class Source;

/// What a link leads to.
struct LinkedFile {
  std::string id;    ///< names the bytes and how they are had, for the Source alone: nobody can read it in the link
  std::string name;  ///< for people, "tea.png"; empty: "file"
  bool operator==(const LinkedFile&) const = default;
};

/// Addresses of files of one network that need no login, for as long as they are valid. Everything that is needed is in
/// the link: nothing is stored, and a link holds over restarts.
///
///     https://gateway.example.org/media/matrix.example.org/<id>/tea.png?e=<expiry>&h=<mac>
///
/// `h` is HMAC-SHA-256 over network, expiry, name and id, of which 24 bytes are kept; `id` is encrypted by XChaCha20
/// with `h` as its nonce (the SIV construction, RFC 5297, with these parts), so that who has a link reads nothing of an
/// account in it and can change nothing. `e` is in seconds since 1970, in hexadecimal; 0: the link holds for ever.
class Links {
 public:
  struct Options {
    std::string url;                     ///< of the public listener, "https://gateway.example.org"
    std::string network;                 ///< its domain
    std::string key;                     ///< a secret of this installation
    std::optional<Duration> lifetime{};  ///< nothing: links hold for ever
  };
  Links(const Clock& clock, Options options);
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  /// The same file has the same link for a while: an expiry is rounded up by at most a 64th of the lifetime.
  std::string make(const LinkedFile& file) const;

  struct Opened {
    LinkedFile file;
    std::string tag;  ///< of the bytes: the same in every link to them
    std::optional<Timestamp> expiry;
  };
  /// What a path below path() and a query lead to. Faults: not_found (not one of ours, or changed), forbidden
  /// (expired).
  Result<Opened> open(std::string_view path, std::string_view query) const;
  /// "/media/matrix.example.org/"
  const std::string& path() const { return path_; }

  /// Who has the bytes; it must live until its network is idle after Network::stop().
  void serve(Source& source) { source_ = &source; }
  Source* source() const { return source_; }

 private:
  std::string mac(const LinkedFile& file, std::uint64_t expiry) const;
  std::string tag(const std::string& id) const;
  std::uint64_t expiry_from_now() const;

  const Clock& clock_;
  std::string url_, network_, path_;
  std::string mac_key_, cipher_key_;
  std::optional<Duration> lifetime_;
  Source* source_ = nullptr;
};

}  // namespace dragoman::media
