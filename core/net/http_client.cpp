#include "net/http_client.hpp"

#include <array>
#include <utility>

#include "net/http_message.hpp"
#include "net/loop.hpp"

namespace dragoman::net {

namespace {

/// One request on a connected stream. The stream is closed when its time is over; what waits then fails.
class Exchange {
 public:
  Exchange(Stream& stream, HttpResponseReader& reader) : stream_(stream), reader_(reader) {}

  /// Ends early, without an error, when the other side has answered or closed before it had read everything: it may
  /// have said why (413).
  Task<Result<void>> write(std::string_view bytes) {
    while (!bytes.empty() && !ended_) {
      const auto taken = stream_.write(bytes);
      if (!taken) {
        deaf_ = true;
        break;
      }
      bytes.remove_prefix(*taken);
      const auto read = read_now();
      if (!read) co_return read.error();
      if (ended_ || *taken > 0) continue;
      const auto waited = co_await stream_.writable();
      if (!waited) co_return waited.error();
    }
    co_return Result<void>{};
  }
  bool may_write() const { return !ended_ && !deaf_; }

  Task<Result<void>> read() {
    while (true) {
      const auto read = read_now();
      if (!read) co_return read.error();
      if (ended_) co_return Result<void>{};
      const auto waited = co_await stream_.readable();
      if (!waited) co_return waited.error();
    }
  }

 private:
  /// What is there now.
  Result<void> read_now() {
    std::array<char, 16 * 1024> buffer;
    while (!ended_) {
      const auto got = stream_.read(buffer);
      if (!got) {
        ended_ = true;
        return reader_.end();
      }
      if (*got == 0) return {};
      const auto complete = reader_.feed({buffer.data(), *got});
      if (!complete) return complete.error();
      ended_ = *complete;
    }
    return {};
  }

  Stream& stream_;
  HttpResponseReader& reader_;
  bool ended_ = false;  // the response is complete
  bool deaf_ = false;   // the other side reads no more
};

}  // namespace

DirectHttpClient::DirectHttpClient(Loop& loop, TlsOptions tls, std::string user_agent)
    : loop_(loop), tls_(std::move(tls)), user_agent_(std::move(user_agent)) {}

Task<Result<std::unique_ptr<Stream>>> DirectHttpClient::connect(Url url, ConnectOptions options) {
  Endpoint endpoint{url.host, url.port};
  if (!url.tls) co_return co_await connect_tcp(loop_, std::move(endpoint), std::move(options));
  TlsOptions tls = tls_;
  tls.host = url.host;
  co_return co_await connect_tls(loop_, std::move(endpoint), std::move(tls), std::move(options));
}

Task<Result<HttpResponse>> DirectHttpClient::send(HttpRequest request, HttpLimits limits) {
  const Instant deadline = loop_.clock().now() + limits.timeout;
  const auto head = write_request_head(request, user_agent_);
  if (!head) co_return head.error();
  ConnectOptions options;
  options.timeout = limits.timeout;
  options.public_only = limits.public_addresses_only;
  auto connected = co_await connect(request.url, std::move(options));
  if (!connected) co_return connected.error();
  const std::unique_ptr<Stream> stream = std::move(*connected);

  bool late = false;
  Timer timer{loop_.timers()};
  timer.set(deadline, [&late, &stream] {
    late = true;
    stream->close();
  });
  HttpResponseReader reader{request.method == "HEAD", limits.most_body};
  Exchange exchange{*stream, reader};
  Result<void> done = co_await exchange.write(*head);
  if (done && exchange.may_write()) done = co_await exchange.write(request.body);
  if (done) done = co_await exchange.read();
  if (late) co_return Error{Fault::timeout, request.url.host + " did not answer in time"};
  if (!done) co_return Error{done.error().fault, request.url.host + ": " + done.error().text};
  timer.clear();
  stream->close();
  co_return reader.take();
}

}  // namespace dragoman::net
