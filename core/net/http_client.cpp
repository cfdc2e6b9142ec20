#include "net/http_client.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "net/http_call.hpp"
#include "net/http_chunk.hpp"
#include "net/loop.hpp"
#include "net/tls_sessions.hpp"

namespace dragoman::net {

namespace {

/// Shorter than any server keeps one open.
constexpr Duration a_moment = std::chrono::seconds{4};
constexpr std::size_t most_hosts = 256;  // whose TLS sessions are kept

/// Asking twice does what asking once does (RFC 9110 9.2.2).
bool may_be_repeated(const HttpRequest& request) {
  static constexpr std::string_view methods[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
  return !request.upload.read && std::find(std::begin(methods), std::end(methods), request.method) != std::end(methods);
}

HttpOrigin origin_of(const HttpRequest& request, const HttpLimits& limits) {
  return {request.url.tls, request.url.host, request.url.port, limits.public_addresses_only};
}

/// How long a server says that it keeps the connection: "timeout=5, max=100".
Duration kept_for(const HttpFields& fields) {
  const std::string_view field = fields.get("Keep-Alive");
  const std::size_t at = field.find("timeout=");
  if (at == std::string_view::npos) return HttpPool::longest;
  int seconds = 0;
  std::from_chars(field.data() + at + 8, field.data() + field.size(), seconds);
  return std::chrono::seconds{seconds - 1};
}

/// As the caller is told of it.
Error told(const HttpCall& call, const std::string& host, const Error& error) {
  if (call.late()) return {Fault::timeout, host + " did not answer in time"};
  return {error.fault, host + ": " + error.text};
}

}  // namespace

/// An answer that is read from its connection.
class PooledHttpClient::Incoming final : public HttpIncoming {
 public:
  Incoming(PooledHttpClient& client, HttpOrigin origin, Duration stall, std::unique_ptr<HttpCall> call)
      : client_(client), origin_(std::move(origin)), stall_(stall), call_(std::move(call)) {
    head_ = call_->answer().take_head();
    call_->be_patient();
  }
  const HttpResponse& head() const override { return head_; }

  Task<Result<std::string>> read() override {
    if (!call_) co_return std::string();
    call_->expect_within(stall_);
    const auto done = co_await call_->read_body(1);
    if (!done) co_return told(*call_, origin_.host, done.error());
    call_->be_patient();  // the time between two reads is the reader's own
    std::string piece = call_->answer().take_body();
    if (call_->complete()) {
      client_.keep(origin_, head_.fields, *call_);
      call_.reset();
    }
    co_return piece;
  }

 private:
  PooledHttpClient& client_;
  HttpOrigin origin_;
  Duration stall_;
  std::unique_ptr<HttpCall> call_;
  HttpResponse head_;
};

PooledHttpClient::PooledHttpClient(Loop& loop, TlsOptions tls, std::string user_agent, AddressRanges private_ranges)
    : loop_(loop),
      tls_(std::move(tls)),
      user_agent_(std::move(user_agent)),
      private_ranges_(std::move(private_ranges)),
      pool_(loop.timers()) {}

PooledHttpClient::~PooledHttpClient() = default;

std::shared_ptr<TlsSessions> PooledHttpClient::sessions_with(const Url& url) {
  if (sessions_.size() >= most_hosts) sessions_.clear();
  auto& sessions = sessions_[to_string(Endpoint{url.host, url.port})];
  if (!sessions) sessions = std::make_shared<TlsSessions>(loop_.clock());
  return sessions;
}

Task<Result<std::unique_ptr<Stream>>> PooledHttpClient::connect(const HttpRequest& request, const HttpLimits& limits) {
  const Url& url = request.url;
  ConnectOptions options;
  options.timeout = limits.timeout;
  options.public_only = limits.public_addresses_only;
  options.private_ranges = private_ranges_;
  options.proxy = proxy_;
  Endpoint endpoint{url.host, url.port};
  if (!url.tls) co_return co_await connect_tcp(loop_, std::move(endpoint), std::move(options));
  options.sessions = sessions_with(url);
  TlsOptions tls = tls_;
  tls.host = url.host;
  co_return co_await connect_tls(loop_, std::move(endpoint), std::move(tls), std::move(options));
}

Task<Result<void>> PooledHttpClient::write_body(HttpCall& call, const HttpRequest& request, const HttpLimits& limits) {
  if (!request.upload.read) {
    call.finish();
    co_return co_await call.write(request.body);
  }
  std::uint64_t sent = 0;
  const auto& size = request.upload.size;
  while (call.may_write()) {
    call.be_patient();  // with where it comes from
    auto piece = co_await request.upload.read();
    if (!piece) co_return piece.error();
    sent += piece->size();
    const bool end = piece->empty();
    if (size && (end ? sent != *size : sent > *size)) {
      co_return failure(Fault::unacceptable, "the file has not the size that was said before");
    }
    if (end) call.finish();
    if (end && size) break;
    const std::string chunk = size ? std::move(*piece) : chunk_of(*piece);
    call.expect_within(limits.stall);
    const auto written = co_await call.write(chunk);
    if (!written) co_return written.error();
    if (end) break;
  }
  call.expect_within(limits.timeout);
  co_return Result<void>{};
}

Task<PooledHttpClient::Called> PooledHttpClient::call(const HttpRequest& request, const HttpLimits& limits) {
  const Instant deadline = loop_.clock().now() + limits.timeout;
  const auto head = write_request_head(request, user_agent_);
  if (!head) co_return head.error();
  const HttpOrigin origin = origin_of(request, limits);
  const bool repeatable = may_be_repeated(request);
  std::unique_ptr<Stream> stream = pool_.take(origin, repeatable ? HttpPool::longest : a_moment);
  for (;;) {
    const bool kept = stream != nullptr;
    if (!kept) {
      auto connected = co_await connect(request, limits);
      if (!connected) co_return connected.error();
      stream = std::move(*connected);
    }
    HttpResponseReader reader{request.method == "HEAD", limits.most_body};
    auto call = std::make_unique<HttpCall>(loop_.timers(), std::move(stream), std::move(reader));
    call->expect_until(deadline);
    Result<void> done = co_await call->write(*head);
    if (done && call->may_write()) done = co_await write_body(*call, request, limits);
    if (done) done = co_await call->read_head();
    if (done) co_return std::move(call);
    const bool was_closed = done.error().fault == Fault::closed || done.error().fault == Fault::unavailable;
    const bool once_more = kept && repeatable && was_closed && !call->late() && !call->answer().begun();
    if (!once_more) co_return told(*call, request.url.host, done.error());
  }
}

void PooledHttpClient::keep(const HttpOrigin& origin, const HttpFields& answered, HttpCall& call) {
  if (auto stream = call.release()) pool_.put(origin, std::move(stream), kept_for(answered));
}

Task<Result<HttpResponse>> PooledHttpClient::send(HttpRequest request, HttpLimits limits) {
  auto called = co_await call(request, limits);
  if (!called) co_return called.error();
  const std::unique_ptr<HttpCall> call = std::move(*called);
  const auto done = co_await call->read_all();
  if (!done) co_return told(*call, request.url.host, done.error());
  HttpResponse response = call->answer().take();
  keep(origin_of(request, limits), response.fields, *call);
  co_return response;
}

Task<Result<std::unique_ptr<HttpIncoming>>> PooledHttpClient::open(HttpRequest request, HttpLimits limits) {
  auto called = co_await call(request, limits);
  if (!called) co_return called.error();
  HttpOrigin origin = origin_of(request, limits);
  co_return std::make_unique<Incoming>(*this, std::move(origin), limits.stall, std::move(*called));
}

}  // namespace dragoman::net
