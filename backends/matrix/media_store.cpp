#include "backends/matrix/media_store.hpp"

#include <charconv>
#include <iterator>
#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/encrypted_file.hpp"
#include "backends/matrix/errors.hpp"
#include "backends/matrix/small_picture.hpp"
#include "base/text.hpp"
#include "net/http_redirects.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr char between = '\n';  // in neither a JID nor an mxc URI
constexpr std::size_t most_of_an_error = 16 * 1024;

/// Homeservers before version 1.11 of the specification give files to everybody, and know only the other way.
constexpr const char* ways[] = {"/_matrix/client/v1/media/", "/_matrix/media/v3/"};

std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string write_range(const media::Wanted& wanted) {
  std::string range = "bytes=" + std::to_string(wanted.offset) + '-';
  if (wanted.length && *wanted.length > 0) range += std::to_string(wanted.offset + *wanted.length - 1);
  return range;
}

/// What follows on one of the ways; empty: there is no such file.
std::string path_of(std::string_view mxc) {
  const bool is_small = mxc.ends_with(small_sign);
  if (is_small) mxc.remove_suffix(small_sign.size());
  const std::string path = media_path(mxc);
  if (path.empty() || !is_small) return path.empty() ? path : "download/" + path;
  return "thumbnail/" + path + "?method=scale&animated=false&width=" + std::to_string(small_width) +
         "&height=" + std::to_string(small_height);
}

/// An answer of the homeserver, as a file.
class StoredFile final : public media::Incoming {
 public:
  explicit StoredFile(std::unique_ptr<net::HttpIncoming> incoming) : incoming_(std::move(incoming)) {
    const net::HttpResponse& head = incoming_->head();
    media_type_ = head.fields.get("Content-Type");
    if (head.status != 206) {
      size_ = read_number(head.fields.get("Content-Length"));
      return;
    }
    // "bytes 100-199/1000" (RFC 9110 14.4); the whole may be "*".
    std::string_view range = head.fields.get("Content-Range");
    range.remove_prefix(std::min(range.find_first_of("0123456789"), range.size()));
    offset_ = read_number(range.substr(0, range.find('-'))).value_or(0);
    const auto slash = range.find('/');
    if (slash != std::string_view::npos) size_ = read_number(range.substr(slash + 1));
  }
  std::optional<std::uint64_t> size() const override { return size_; }
  std::uint64_t offset() const override { return offset_; }
  const std::string& media_type() const override { return media_type_; }
  net::Task<Result<std::string>> read() override { return incoming_->read(); }

 private:
  std::unique_ptr<net::HttpIncoming> incoming_;
  std::string media_type_;
  std::optional<std::uint64_t> size_;
  std::uint64_t offset_ = 0;
};

/// What an answer that is no file says.
net::Task<Refusal> read_error(net::HttpIncoming& incoming) {
  net::HttpResponse response = incoming.head();
  while (response.body.size() < most_of_an_error) {
    const auto part = co_await incoming.read();
    if (!part || part->empty()) break;
    response.body += *part;
  }
  co_return read_refusal(response, Timestamp{});
}

Error file_error(int status, const Refusal& refusal) {
  if (status == 416) return {Fault::unacceptable, "the file has no such part"};
  if (status == 404) return {Fault::not_found, "the homeserver does not have this file (any more)"};
  if (status == 401 || status == 403)
    return {Fault::forbidden, "the homeserver does not give this file to the account"};
  return refusal.error;
}

}  // namespace

std::string media_path(std::string_view mxc) {
  constexpr std::string_view scheme = "mxc://";
  if (!mxc.starts_with(scheme)) return {};
  mxc.remove_prefix(scheme.size());
  const auto slash = mxc.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == mxc.size()) return {};
  return percent_encode(mxc.substr(0, slash)) + '/' + percent_encode(mxc.substr(slash + 1));
}

std::string MediaStore::id_of(std::string_view owner, std::string_view mxc) {
  return std::string{owner} + between + std::string{mxc};
}

net::Task<MediaStore::Opened> MediaStore::ask(Access access, std::string path, media::Wanted wanted) {
  net::HttpRequest request = make_request(access.homeserver, "GET", path, {}, access.token);
  if (wanted.offset > 0 || wanted.length) request.fields.set("Range", write_range(wanted));
  net::HttpLimits limits;
  limits.public_addresses_only = access.homeserver.public_only;
  limits.most_body = static_cast<std::size_t>(-1);  // it is streamed; what is too large for a link the proxy knows
  // To where the bytes are (a redirect to a store of its own is usual) the token does not go along.
  co_return co_await net::open_following(http_, std::move(request), limits);
}

net::Task<Result<std::unique_ptr<media::Incoming>>> MediaStore::open(std::string id, media::Wanted wanted) {
  const auto end = id.find(between);
  std::string_view name = end == std::string::npos ? std::string_view{} : std::string_view{id}.substr(end + 1);
  const auto key = take_file_key(name);
  const std::string path = path_of(name);
  if (path.empty()) co_return failure(Fault::not_found, "there is no such file");
  const std::string owner = id.substr(0, end);
  auto access = find_(owner);
  bool renewed = false;
  for (const char* const* way = std::begin(ways); way != std::end(ways);) {
    if (!access) co_return failure(Fault::forbidden, "the account that was told of this file is logged out");
    auto opened = co_await ask(*access, *way + path, wanted);
    if (!opened) co_return opened.error();
    const int status = (*opened)->head().status;
    if (status == 200 || status == 206) {
      std::unique_ptr<media::Incoming> file = std::make_unique<StoredFile>(std::move(*opened));
      if (key) file = decrypted(std::move(file), *key, !wanted.length);
      co_return std::move(file);
    }
    const Refusal refusal = co_await read_error(**opened);
    if (refusal.wants_token() && !std::exchange(renewed, true)) {
      const bool again = co_await renew_(owner, access->token);
      access = find_(owner);
      if (again) continue;
    }
    if (refusal.errcode != "M_UNRECOGNIZED") co_return file_error(status, refusal);
    ++way;
  }
  co_return failure(Fault::not_found, "the homeserver does not have this file (any more)");
}

}  // namespace dragoman::backends::matrix
