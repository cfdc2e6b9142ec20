#include "media/fetcher.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/percent.hpp"
#include "base/text.hpp"
#include "media/relay.hpp"
#include "net/http_redirects.hpp"

namespace dragoman::media {

namespace {

Error too_large_to_fetch(const std::string& host, std::uint64_t most) {
  return {Fault::too_long, "the file at " + host + " has more than " + std::to_string(most) + " bytes"};
}

std::optional<std::uint64_t> announced_size(const net::HttpFields& fields) {
  const std::string_view field = fields.get("Content-Length");
  std::uint64_t size = 0;
  const auto read = std::from_chars(field.data(), field.data() + field.size(), size);
  if (field.empty() || fields.has("Content-Encoding") || read.ec != std::errc{}) return std::nullopt;
  return size;
}

}  // namespace

std::string file_name_of(const net::Url& url) {
  const std::string_view path = std::string_view{url.target}.substr(0, url.target.find('?'));
  const auto decoded = text::from_percent(path.substr(path.rfind('/') + 1));
  std::string name = text::without_controls(text::to_valid_utf8(decoded.value_or("")), false);
  std::replace(name.begin(), name.end(), '/', '_');
  return name.empty() ? "file" : name;
}

Fetched::Fetched(const Clock& clock, std::unique_ptr<net::HttpIncoming> incoming, std::string name, Instant deadline)
    : clock_(clock),
      incoming_(std::move(incoming)),
      name_(std::move(name)),
      size_(announced_size(incoming_->head().fields)),
      deadline_(deadline) {}

net::Task<Result<void>> Fetched::look() {
  const std::string declared{incoming_->head().fields.get("Content-Type")};
  for (;;) {
    auto piece = co_await incoming_->read();
    if (!piece) co_return piece.error();
    beginning_ += *piece;
    media_type_ = media_type_of(beginning_, declared);
    dimensions_ = dimensions_of(beginning_);
    const bool picture = media_type_.starts_with("image/");
    const bool enough = beginning_.size() >= (picture ? enough_to_look_at : std::size_t{512});
    if (piece->empty() || dimensions_ || enough) break;
  }
  if (media_type_.empty()) media_type_ = "application/octet-stream";
  co_return Result<void>();
}

net::Task<Result<std::string>> Fetched::read() {
  if (!beginning_.empty()) co_return std::exchange(beginning_, {});
  if (clock_.now() >= deadline_) co_return failure(Fault::timeout, "the file comes too slowly");
  co_return co_await incoming_->read();
}

net::Task<Result<std::unique_ptr<Fetched>>> Fetcher::open(std::string url, std::uint64_t most) {
  const Instant deadline = clock_.now() + limits_.longest;
  auto parsed = net::parse_url(url);
  if (!parsed) co_return parsed.error();
  most = std::min(most, limits_.largest_file);
  const std::string host = parsed->host;
  std::string name = file_name_of(*parsed);
  net::HttpRequest request;
  request.url = std::move(*parsed);
  net::HttpLimits limits;
  limits.timeout = limits.stall = limits_.patience;
  limits.most_body = static_cast<std::size_t>(most);
  limits.public_addresses_only = true;
  auto opened = co_await net::open_following(client_, std::move(request), limits);
  if (!opened && opened.error().fault == Fault::too_long) co_return too_large_to_fetch(host, most);
  if (!opened) co_return opened.error();
  const int status = (*opened)->head().status;
  if (status != 200) {
    co_return failure(fault_of_status(status), host + " does not give the file (HTTP " + std::to_string(status) + ')');
  }
  std::unique_ptr<Fetched> file{new Fetched{clock_, std::move(*opened), std::move(name), deadline}};
  const auto looked = co_await file->look();
  if (!looked) co_return looked.error();
  co_return std::move(file);
}

net::Task<Result<Fetcher::Whole>> Fetcher::fetch(std::string url, std::uint64_t most) {
  auto opened = co_await open(std::move(url), most);
  if (!opened) co_return opened.error();
  Fetched& file = **opened;
  Whole whole;
  whole.file.name = file.name();
  whole.file.media_type = file.media_type();
  whole.dimensions = file.dimensions();
  for (;;) {
    auto piece = co_await file.read();
    if (!piece) co_return piece.error();
    if (piece->empty()) break;
    whole.file.bytes += *piece;
  }
  co_return whole;
}

}  // namespace dragoman::media
