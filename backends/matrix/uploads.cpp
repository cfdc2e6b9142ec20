#include <algorithm>
#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/api.hpp"
#include "backends/matrix/connection.hpp"
#include "backends/matrix/json.hpp"
#include "media/fetcher.hpp"

// Files that people link to, into the homeserver's media store (client-server API, "Content repository"): piece by
// piece; none is held whole whose size is known.

namespace dragoman::backends::matrix {

namespace {

constexpr std::uint64_t usual_upload = 50 * 1024 * 1024;  // of a homeserver that does not say
constexpr auto upload_patience = std::chrono::minutes{2};
constexpr std::size_t most_held = 16 * 1024 * 1024;

/// A file whose server does not say how large it is. Homeservers take nothing whose length they are not told first.
net::Task<Result<std::string>> read_whole(media::Fetched& from, std::uint64_t most) {
  std::string bytes;
  while (true) {
    const auto piece = co_await from.read();
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return bytes;
    if (bytes.size() + piece->size() > most) {
      co_return failure(Fault::too_long, "it is large, and its server does not say how large");
    }
    bytes += *piece;
  }
}

}  // namespace

net::Task<Result<Uploaded>> Connection::upload(Transfer wanted) {
  media::Fetcher* fetcher = hub_.services().fetcher;
  const Tokens* tokens = hub_.tokens().find(owner_);
  if (fetcher == nullptr || tokens == nullptr) co_return failure(Fault::unavailable, "files cannot be fetched now");
  const Homeserver homeserver = tokens->homeserver;
  const Secret<std::string> access = tokens->access;

  Question question;
  question.path = "/_matrix/client/v1/media/config";
  question.token = access;
  const Reply config = co_await ask(hub_.http(), hub_.clock(), homeserver, std::move(question));
  const auto said = number_at(config.body, "m.upload.size");
  const std::uint64_t most = said && *said > 0 ? static_cast<std::uint64_t>(*said) : usual_upload;

  const std::uint64_t most_of_it = wanted.most == 0 ? most : std::min(most, wanted.most);
  auto file = co_await fetcher->open(std::move(wanted.url), most_of_it);
  if (!file) co_return file.error();
  media::Fetched& from = **file;
  Uploaded uploaded;
  uploaded.media_type = from.media_type();
  if (from.dimensions()) {
    uploaded.width = from.dimensions()->width;
    uploaded.height = from.dimensions()->height;
  }
  uploaded.name = wanted.name.empty() ? from.name() : wanted.name;
  net::HttpRequest request = make_request(
      homeserver, "POST", "/_matrix/media/v3/upload?filename=" + percent_encode(uploaded.name), {}, access);
  request.body.clear();
  request.fields.set("Content-Type", uploaded.media_type);
  if (from.size()) {
    request.upload.size = from.size();
    request.upload.read = [&from, &uploaded]() -> net::Task<Result<std::string>> {
      auto piece = co_await from.read();
      if (piece) uploaded.size += piece->size();
      co_return piece;
    };
  } else {
    auto whole = co_await read_whole(from, std::min<std::uint64_t>(most_of_it, most_held));
    if (!whole) co_return whole.error();
    uploaded.size = whole->size();
    request.body = std::move(*whole);
  }
  net::HttpLimits limits;
  limits.timeout = upload_patience;
  limits.public_addresses_only = homeserver.public_only;
  const auto incoming = co_await hub_.http().open(std::move(request), limits);
  if (!incoming) co_return incoming.error();
  net::HttpResponse response = (*incoming)->head();
  while (response.body.size() < limits.most_body) {
    const auto piece = co_await (*incoming)->read();
    if (!piece) co_return piece.error();
    if (piece->empty()) break;
    response.body += *piece;
  }
  const Reply reply = read_reply(response, hub_.clock().utc());
  if (!reply.ok) co_return reply.refusal.error;
  uploaded.mxc = text_at(reply.body, "content_uri");
  if (uploaded.mxc.empty()) co_return failure(Fault::unavailable, "the homeserver does not say where the file is");
  co_return uploaded;
}

}  // namespace dragoman::backends::matrix
