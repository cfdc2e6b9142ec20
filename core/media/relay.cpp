#include "media/relay.hpp"

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "net/http_redirects.hpp"

namespace dragoman::media {

namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

/// What comes over HTTP.
class Relayed final : public Incoming {
 public:
  explicit Relayed(std::unique_ptr<net::HttpIncoming> incoming)
      : incoming_(std::move(incoming)), media_type_(incoming_->head().fields.get("Content-Type")) {
    const net::HttpResponse& head = incoming_->head();
    if (head.status == 206) {
      read_content_range(head.fields.get("Content-Range"));
    } else if (!head.fields.has("Content-Encoding")) {  // of a compressed body it is another length
      size_ = whole_number(head.fields.get("Content-Length"));
    }
  }
  std::optional<std::uint64_t> size() const override { return size_; }
  std::uint64_t offset() const override { return offset_; }
  const std::string& media_type() const override { return media_type_; }
  net::Task<Result<std::string>> read() override { return incoming_->read(); }

 private:
  /// "bytes 500-999/8000", or with "*" when the size is not known (RFC 9110 14.4).
  void read_content_range(std::string_view field) {
    if (!field.starts_with("bytes ")) return;
    field.remove_prefix(6);
    const std::size_t dash = field.find('-'), slash = field.find('/');
    if (dash == std::string_view::npos || slash == std::string_view::npos) return;
    offset_ = whole_number(field.substr(0, dash)).value_or(0);
    size_ = whole_number(field.substr(slash + 1));
  }

  std::unique_ptr<net::HttpIncoming> incoming_;
  std::string media_type_;
  std::uint64_t offset_ = 0;
  std::optional<std::uint64_t> size_;
};

}  // namespace

Fault fault_of_status(int status) {
  switch (status) {
    case 404:
    case 410:
      return Fault::not_found;
    case 401:
    case 403:
      return Fault::forbidden;
    case 416:
      return Fault::unacceptable;
    case 429:
      return Fault::limited;
    default:
      return Fault::unavailable;
  }
}

net::Task<Result<std::unique_ptr<Incoming>>> relay(net::HttpClient& client, net::HttpRequest request,
                                                   net::HttpLimits limits, Wanted wanted) {
  const std::string host = request.url.host;
  if (wanted.offset > 0 || wanted.length) {
    std::string range = "bytes=" + std::to_string(wanted.offset) + '-';
    if (wanted.length) range += std::to_string(wanted.offset + *wanted.length - 1);
    request.fields.set("Range", std::move(range));
  }
  auto opened = co_await net::open_following(client, std::move(request), limits);
  if (!opened) co_return opened.error();
  const int status = (*opened)->head().status;
  if (status != 200 && status != 206) {
    co_return failure(fault_of_status(status), host + " does not give the file (HTTP " + std::to_string(status) + ')');
  }
  co_return std::make_unique<Relayed>(std::move(*opened));
}

}  // namespace dragoman::media
