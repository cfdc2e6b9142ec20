#include "net/http_message.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include "base/text.hpp"

namespace dragoman::net {

namespace http = boost::beast::http;

namespace {

/// RFC 9110 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alphanumeric || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
  });
}

/// No line break, and nothing else that a proxy may read as one.
bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

bool is_target(std::string_view text) {
  return text.starts_with('/') && std::all_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte > 0x20 && byte != 0x7f;
         });
}

bool is_our_own(std::string_view name) {
  static constexpr std::string_view names[] = {"Host", "Content-Length", "Transfer-Encoding", "Connection"};
  return std::any_of(std::begin(names), std::end(names),
                     [name](std::string_view each) { return text::ascii_iequals(each, name); });
}

/// The Host field (RFC 9112 3.2): the port only where it is not the usual one.
std::string host_of(const Url& url) {
  std::string host = url.host.find(':') == std::string::npos ? url.host : '[' + url.host + ']';
  if (url.port != (url.tls ? 443 : 80)) host += ':' + std::to_string(url.port);
  return host;
}

}  // namespace

Result<std::string> write_request_head(const HttpRequest& request, std::string_view user_agent) {
  if (!is_token(request.method)) return failure(Fault::malformed, "an HTTP method that is none");
  if (!is_target(request.url.target)) return failure(Fault::malformed, "a URL with characters that no URL has");
  std::string head = request.method + ' ' + request.url.target + " HTTP/1.1\r\n";
  const auto add = [&head](std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  add("Host", host_of(request.url));
  if (!user_agent.empty() && !request.fields.has("User-Agent")) add("User-Agent", user_agent);
  const bool without_body = request.body.empty() && (request.method == "GET" || request.method == "HEAD");
  if (request.upload.read && !request.upload.size) {
    add("Transfer-Encoding", "chunked");
  } else if (request.upload.read) {
    add("Content-Length", std::to_string(*request.upload.size));
  } else if (!without_body) {
    add("Content-Length", std::to_string(request.body.size()));
  }
  for (const auto& [name, value] : request.fields) {
    if (is_our_own(name)) continue;
    if (!is_token(name) || !is_field_value(value)) {
      return failure(Fault::malformed, "an HTTP field that could be read as two");
    }
    add(name, value);
  }
  return head + "\r\n";
}

namespace {

/// What has come of a body and was not taken. Beast's own string_body sets aside what the other side announces.
struct ArrivingBody {
  using value_type = std::string;
  class reader {
   public:
    template <bool isRequest, class Fields>
    reader(http::header<isRequest, Fields>&, std::string& body) : body_(body) {}
    void init(const boost::optional<std::uint64_t>&, boost::system::error_code& error) { error = {}; }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::system::error_code& error) {
      error = {};
      std::size_t size = 0;
      for (auto each = boost::asio::buffer_sequence_begin(buffers); each != boost::asio::buffer_sequence_end(buffers);
           ++each) {
        const boost::asio::const_buffer piece = *each;
        body_.append(static_cast<const char*>(piece.data()), piece.size());
        size += piece.size();
      }
      return size;
    }
    void finish(boost::system::error_code& error) { error = {}; }

   private:
    std::string& body_;
  };
};

}  // namespace

struct HttpResponseReader::Inner {
  using Parser = http::response_parser<ArrivingBody>;
  static constexpr std::uint32_t most_head = 64 * 1024;
  static constexpr int most_informational = 8;

  Inner(bool only_head, std::size_t body) : head_only(only_head), most_body(body) { begin(); }
  void begin() {
    parser.emplace();
    parser->header_limit(most_head);
    parser->body_limit(most_body);
    parser->eager(true);
    parser->skip(head_only);
  }

  bool head_only;
  std::size_t most_body;
  std::optional<Parser> parser;
  std::string unread;
  int informational = 0;
};

namespace {

Error not_understood(const boost::system::error_code& error, std::size_t most_body) {
  if (error == http::error::body_limit) {
    return {Fault::too_long, "the answer is longer than " + std::to_string(most_body) + " bytes"};
  }
  return {Fault::malformed, "the answer is not HTTP (" + error.message() + ')'};
}

}  // namespace

HttpResponseReader::HttpResponseReader(bool head_only, std::size_t most_body)
    : inner_(std::make_unique<Inner>(head_only, most_body)) {}

HttpResponseReader::HttpResponseReader(HttpResponseReader&& other) noexcept = default;

HttpResponseReader::~HttpResponseReader() = default;

Result<bool> HttpResponseReader::feed(std::string_view bytes) {
  Inner& in = *inner_;
  in.unread += bytes;
  while (true) {
    boost::system::error_code error;
    const std::size_t used = in.parser->put(boost::asio::buffer(in.unread), error);
    in.unread.erase(0, used);
    if (error && error != http::error::need_more) return not_understood(error, in.most_body);
    if (!in.parser->is_done()) {
      if (error == http::error::need_more || used == 0) return false;
      continue;
    }
    const unsigned status = in.parser->get().result_int();
    if (status >= 200) return true;
    // 101 would be an answer to an Upgrade that nobody asked for (RFC 9110 15.2.2).
    if (status == 101 || ++in.informational > Inner::most_informational) {
      return failure(Fault::malformed, "the answer is not HTTP (nothing but " + std::to_string(status) + ')');
    }
    in.begin();
    if (in.unread.empty()) return false;
  }
}

Result<void> HttpResponseReader::end() {
  Inner& in = *inner_;
  if (!in.parser->got_some()) return failure(Fault::unavailable, "the connection was closed without an answer");
  boost::system::error_code error;
  in.parser->put_eof(error);
  if (error || !in.parser->is_done()) {
    return failure(Fault::unavailable, "the connection was closed in the middle of the answer");
  }
  return {};
}

bool HttpResponseReader::begun() const {
  const Inner& in = *inner_;
  return in.parser->got_some() || in.informational > 0 || !in.unread.empty();
}

bool HttpResponseReader::head_done() const {
  const auto& parser = *inner_->parser;
  return parser.is_header_done() && parser.get().result_int() >= 200;
}

HttpResponse HttpResponseReader::take_head() {
  auto& message = inner_->parser->get();
  HttpResponse response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    response.fields.add(std::string{field.name_string()}, std::string{field.value()});
  }
  return response;
}

std::string HttpResponseReader::take_body() { return std::exchange(inner_->parser->get().body(), {}); }

std::size_t HttpResponseReader::body_size() const { return inner_->parser->get().body().size(); }

bool HttpResponseReader::keep_alive() const {
  // What stands behind an answer is the beginning of none that we asked for.
  return inner_->parser->is_done() && inner_->unread.empty() && inner_->parser->keep_alive();
}

HttpResponse HttpResponseReader::take() {
  HttpResponse response = take_head();
  response.body = take_body();
  return response;
}

}  // namespace dragoman::net
