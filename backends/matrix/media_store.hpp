#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backends/matrix/api.hpp"
#include "media/source.hpp"
#include "net/http.hpp"

namespace dragoman::backends::matrix {

/// The files of a homeserver, which it gives to nobody but its accounts (client-server API, "Client behaviour" of the
/// content repository; authenticated since version 1.11): fetched as the account that was told of the file.
class MediaStore final : public media::Source {
 public:
  struct Access {
    Homeserver homeserver;
    Secret<std::string> token;
  };
  /// How an owner's account is used now; nothing: it is not logged in any more.
  using Find = std::function<std::optional<Access>(const std::string& owner)>;
  /// Gets a new access token in place of one that is not taken any more; false: there is none to be had.
  using Renew = std::function<net::Task<bool>(std::string owner, Secret<std::string> stale)>;
  /// `http` outlives it.
  MediaStore(net::HttpClient& http, Find find, Renew renew)
      : http_(http), find_(std::move(find)), renew_(std::move(renew)) {}

  net::Task<Result<std::unique_ptr<media::Incoming>>> open(std::string id, media::Wanted wanted) override;

  /// What a link is made with: a file ("mxc://hs.tld/abc", or small_picture() or encrypted_file() of one) and whose
  /// account fetches it.
  static std::string id_of(std::string_view owner, std::string_view mxc);

 private:
  using Opened = Result<std::unique_ptr<net::HttpIncoming>>;
  net::Task<Opened> ask(Access access, std::string path, media::Wanted wanted);

  net::HttpClient& http_;
  Find find_;
  Renew renew_;
};

/// "hs.tld/abc" of "mxc://hs.tld/abc", percent-encoded as part of a path; empty: it is none.
std::string media_path(std::string_view mxc);

}  // namespace dragoman::backends::matrix
