#include "media/proxy.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "media/media_type.hpp"
#include "media/proxy_answer.hpp"
#include "net/address_ranges.hpp"
#include "net/http_response_head.hpp"

namespace dragoman::media {

namespace {

constexpr std::chrono::seconds longest_cached = std::chrono::hours{24};

/// What a stranger is told: nothing of a network's own words.
std::string_view words_for(int status) {
  switch (status) {
    case 403:
      return "This file cannot be had here.";
    case 404:
      return "There is no such file.";
    case 502:
    case 503:
    case 504:
      return "The file cannot be had at the moment.";
    default:
      return {};
  }
}

}  // namespace

/// One more of a caller, while it lasts.
class Proxy::Transfer {
 public:
  Transfer(std::map<std::string, int>& transfers, std::string caller)
      : transfers_(transfers), caller_(std::move(caller)) {
    ++transfers_[caller_];
  }
  ~Transfer() {
    const auto count = transfers_.find(caller_);
    if (--count->second == 0) transfers_.erase(count);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  int count() const { return transfers_.at(caller_); }

 private:
  std::map<std::string, int>& transfers_;
  std::string caller_;
};

Proxy::Proxy(const Clock& clock, const Links& links, Limits limits)
    : clock_(clock), links_(links), limits_(limits), requests_(clock, limits.at_once, limits.interval) {}

net::HttpRoute Proxy::route() {
  net::HttpRoute route{links_.path(), {"GET"}, [this](net::HttpExchange& exchange) { return answer(exchange); }};
  route.admit = [this](const net::HttpHead& head) -> std::optional<net::HttpResponse> {
    if (requests_.take(head.caller)) return std::nullopt;
    ++counts_.limited;
    net::HttpResponse later = net::make_text_response(429, "Too many requests. Try again in a minute.");
    later.fields.add("Retry-After", "60");
    return later;
  };
  return route;
}

net::Task<> Proxy::answer(net::HttpExchange& exchange) {
  const net::HttpHead& head = exchange.head();
  const auto opened = links_.open(std::string_view{head.path}.substr(links_.path().size()), head.query);
  if (!opened) {
    net::HttpResponse refusal = opened.error().fault == Fault::forbidden
                                    ? net::make_text_response(403, "This link has expired.")
                                    : net::make_text_response(404, words_for(404));
    co_await exchange.answer(std::move(refusal));
    co_return;
  }
  if (has_already(head, '"' + opened->tag + '"')) {
    net::HttpResponse response = not_modified(*opened);
    co_await exchange.answer(std::move(response));
    co_return;
  }
  const Transfer transfer{transfers_, net::subscriber_of(head.caller)};
  if (transfer.count() > limits_.at_a_time) {
    ++counts_.limited;
    net::HttpResponse later = net::make_text_response(429, "Too many transfers at a time.");
    later.fields.add("Retry-After", "5");
    co_await exchange.answer(std::move(later));
    co_return;
  }
  Source* const source = links_.source();
  if (source == nullptr) {
    const Error error{Fault::not_found, {}};
    co_await refuse(exchange, error);
    co_return;
  }
  co_await send(exchange, *opened, *source);
}

net::Task<> Proxy::send(net::HttpExchange& exchange, const Links::Opened& opened, Source& source) {
  auto range = range_of(exchange.head(), '"' + opened.tag + '"');
  Wanted wanted = wanted_for(range);
  auto file = co_await source.open(opened.file.id, wanted);
  const bool again = file && range && (*file)->size() ? range->suffix.has_value() : file && (*file)->offset() > 0;
  if (again) {
    // Now that the size is known, only the end; and where it is not, from the beginning.
    wanted = Wanted{};
    const auto span = (*file)->size() ? locate(*range, *(*file)->size()) : std::nullopt;
    if (span) wanted.offset = span->first;
    file->reset();
    file = co_await source.open(opened.file.id, wanted);
  }
  if (!file) {
    co_await refuse(exchange, file.error());
    co_return;
  }
  if ((*file)->size().value_or(0) > limits_.largest_file) {
    const Error error{Fault::too_long, {}};
    co_await refuse(exchange, error);
    co_return;
  }
  const Part part = part_of(range, (*file)->size(), (*file)->offset());
  net::HttpResponse response = make_head(opened, (*file)->media_type());
  response.status = part.status;
  if (part.status == 416) {
    response = net::make_text_response(416);
    response.fields.add("Content-Range", "bytes */" + std::to_string(*(*file)->size()));
    co_await exchange.answer(std::move(response));
    co_return;
  }
  if (part.status == 206) {
    response.fields.add("Content-Range", "bytes " + std::to_string(part.first) + '-' +
                                             std::to_string(part.first + *part.length - 1) + '/' +
                                             std::to_string(*(*file)->size()));
  }
  const auto begun = co_await exchange.begin(std::move(response), part.length);
  ++counts_.files;
  if (!begun) co_return;
  co_await stream(exchange, **file, part.skip, part.length.value_or(std::numeric_limits<std::uint64_t>::max()));
}

net::Task<> Proxy::stream(net::HttpExchange& exchange, Incoming& file, std::uint64_t skip, std::uint64_t size) {
  std::uint64_t sent = 0;
  while (sent < size) {
    auto piece = co_await file.read();
    const bool too_large = piece && sent + piece->size() > skip + limits_.largest_file;
    if (!piece || too_large) {
      ++counts_.failed;
      exchange.break_off();
      co_return;
    }
    if (piece->empty()) co_return;  // a whole one: the length that was said is checked by the exchange
    const auto unwanted = static_cast<std::size_t>(std::min<std::uint64_t>(skip, piece->size()));
    piece->erase(0, unwanted);
    skip -= unwanted;
    if (piece->size() > size - sent) piece->resize(static_cast<std::size_t>(size - sent));
    sent += piece->size();
    counts_.bytes += piece->size();
    const auto written = co_await exchange.write(std::move(*piece));
    if (!written) co_return;
  }
}

net::Task<> Proxy::refuse(net::HttpExchange& exchange, const Error& error) {
  ++counts_.failed;
  const int status = status_of(error.fault);
  net::HttpResponse response = net::make_text_response(status, words_for(status));
  if (status == 503) response.fields.add("Retry-After", "60");
  co_await exchange.answer(std::move(response));
}

net::HttpResponse Proxy::not_modified(const Links::Opened& opened) const {
  net::HttpResponse response;
  response.status = 304;
  std::chrono::seconds cached = longest_cached;
  if (opened.expiry) {
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(*opened.expiry - clock_.utc());
    cached = std::max(std::min(cached, left), std::chrono::seconds{0});
  }
  response.fields.add("ETag", '"' + opened.tag + '"');
  response.fields.add("Cache-Control", "private, max-age=" + std::to_string(cached.count()) + ", immutable");
  return response;
}

net::HttpResponse Proxy::make_head(const Links::Opened& opened, const std::string& media_type) const {
  net::HttpResponse response = not_modified(opened);
  std::string type = bare_media_type(media_type);
  const bool shown = may_be_shown(type);
  if (!shown) type = "application/octet-stream";
  if (type == "text/plain") type += "; charset=utf-8";
  response.fields.add("Content-Type", type);
  response.fields.add("Content-Disposition", make_disposition(shown, opened.file.name));
  response.fields.add("Accept-Ranges", "bytes");
  response.fields.add("Content-Security-Policy", "sandbox; default-src 'none'");
  response.fields.add("X-Content-Type-Options", "nosniff");
  response.fields.add("Referrer-Policy", "no-referrer");
  response.fields.add("X-Robots-Tag", "noindex");
  // Clients in browsers fetch files from their own page; who has the link may read it.
  response.fields.add("Cross-Origin-Resource-Policy", "cross-origin");
  response.fields.add("Access-Control-Allow-Origin", "*");
  return response;
}

}  // namespace dragoman::media
