#include "net/http_request_parser.hpp"

#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

namespace dragoman::net {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

constexpr std::size_t most_request_line = 8192;  // bytes
// A chunked body goes on for at least this many bytes, whatever part of it is looked for; Beast 1.81 relies on it.
constexpr std::size_t least_chunk = 5;

HttpRefusal bad_request(std::string text) { return {400, std::move(text)}; }

bool equal_without_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool is_token_char(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

bool is_authority(std::string_view text) {
  return !text.empty() && text.size() <= 261 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_token_char(c) || c == ':' || c == '[' || c == ']';
  });
}

/// Beast's parser with what it finds kept.
class RequestParser final : public http::basic_parser<true> {
 public:
  HttpHead head;
  std::string target;
  std::string body;
  std::uint64_t received = 0;
  int version = 11;

 private:
  static std::string text_of(string_view text) { return {text.data(), text.size()}; }

  void on_request_impl(http::verb, string_view method, string_view wanted, int its_version, error_code&) override {
    head.method = text_of(method);
    target = text_of(wanted);
    version = its_version;
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(http::field, string_view name, string_view value, error_code&) override {
    // A trailer is dropped: nothing that was decided by the head may change behind the body.
    if (!is_header_done()) head.fields.add(text_of(name), text_of(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view piece, error_code&) override { return take(piece); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view piece, error_code&) override { return take(piece); }
  void on_finish_impl(error_code&) override {}

  std::size_t take(string_view piece) {
    body.append(piece.data(), piece.size());
    received += piece.size();
    return piece.size();
  }
};

std::size_t count_of(const HttpFields& fields, std::string_view name) {
  return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(), [&](const auto& field) { return equal_without_case(field.first, name); }));
}

/// origin-form, or absolute-form (RFC 9112 3.2), whose authority counts instead of Host.
std::optional<HttpRefusal> read_target(const std::string& target, HttpHead& head) {
  for (const char c : target) {
    if (c <= ' ' || c > '~') return bad_request("The request target has a character that must be percent-encoded.");
  }
  std::string path = target.substr(0, target.find('#'));
  if (!path.starts_with('/')) {
    const auto url = parse_url(path);
    if (!url) return bad_request("The request target is neither a path nor a URL.");
    const std::size_t authority = path.find("://") + 3;
    head.host = path.substr(authority, path.find_first_of("/?", authority) - authority);
    path = url->target;
  }
  const std::size_t mark = path.find('?');
  if (mark != std::string::npos) head.query = path.substr(mark + 1);
  head.path = path.substr(0, mark);
  return std::nullopt;
}

std::optional<HttpRefusal> read_length(const RequestParser& parser, HttpHead& head) {
  const std::size_t lengths = count_of(head.fields, "Content-Length");
  const std::size_t codings = count_of(head.fields, "Transfer-Encoding");
  if (lengths > 1 || (lengths > 0 && codings > 0)) return bad_request("The request says its length twice.");
  if (codings > 0) {
    if (parser.version < 11) return bad_request("HTTP/1.0 has no Transfer-Encoding.");
    if (codings > 1 || !equal_without_case(head.fields.get("Transfer-Encoding"), "chunked")) {
      return HttpRefusal{501, "Only \"chunked\" is understood as Transfer-Encoding."};
    }
    head.has_body = true;
    return std::nullopt;
  }
  if (lengths == 0) return std::nullopt;
  const std::string_view digits = head.fields.get("Content-Length");
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return bad_request("Content-Length is no number.");
  }
  const auto length = parser.content_length();
  if (!length) return bad_request("Content-Length is no number.");
  head.length = *length;
  head.has_body = *length > 0;
  return std::nullopt;
}

std::optional<HttpRefusal> read_head(const RequestParser& parser, HttpHead& head) {
  if (parser.version != 10 && parser.version != 11) return HttpRefusal{505, "Only HTTP/1.1 is spoken here."};
  const std::size_t hosts = count_of(head.fields, "Host");
  if (hosts > 1 || (hosts == 0 && parser.version == 11)) return bad_request("There must be one Host field.");
  head.host = head.fields.get("Host");
  if (hosts == 1 && !is_authority(head.host)) return bad_request("The Host field is no host.");
  if (auto refusal = read_target(parser.target, head)) return refusal;
  if (auto refusal = read_length(parser, head)) return refusal;
  head.keep_alive = parser.keep_alive();
  const std::string_view expect = head.fields.get("Expect");
  if (expect.empty()) return std::nullopt;
  if (!equal_without_case(expect, "100-continue")) return HttpRefusal{417, "Only 100-continue can be expected."};
  head.expects_continue = head.has_body && parser.version == 11;
  return std::nullopt;
}

}  // namespace

struct HttpRequestParser::Inner {
  explicit Inner(std::size_t its_most_head) : most_head(its_most_head) {
    // Ours is decided by the head; what is in these would be said with the wrong status, or too early.
    parser.header_limit(static_cast<std::uint32_t>(most_head) + 1);
    parser.body_limit(boost::none);
  }

  RequestParser parser;
  std::size_t most_head;
  std::size_t scanned = 0;  // of the head: nothing is wrong with its lines so far
  bool begun = false, limited = false;

  /// Looks for the empty line. Its end, 0: not there yet.
  std::optional<HttpRefusal> find_end(const std::string& input, std::size_t& end) {
    if (!is_token_char(input[0])) return bad_request("This is no HTTP request.");
    for (; scanned < input.size(); ++scanned) {
      const char c = input[scanned];
      if (c == '\0') return bad_request("There is a NUL in the head of the request.");
      if (c == '\n') {
        if (input[scanned - 1] != '\r') return bad_request("Lines must end in CR LF.");
        if (scanned >= 3 && input.compare(scanned - 3, 4, "\r\n\r\n") == 0) {
          end = ++scanned;
          return std::nullopt;
        }
        continue;
      }
      if (scanned == 0) continue;
      if (input[scanned - 1] == '\r') return bad_request("Lines must end in CR LF.");
      if (input[scanned - 1] == '\n' && (c == ' ' || c == '\t')) return bad_request("Fields must not be folded.");
    }
    if (input.size() > most_request_line && input.find('\n') == std::string::npos) {
      return HttpRefusal{414, "The request target is too long."};
    }
    if (input.size() > most_head) return HttpRefusal{431, "The fields of the request are too long."};
    return std::nullopt;
  }

  std::optional<HttpRefusal> feed_head(std::string& input) {
    // RFC 9112 2.2: a line that some clients leave behind a body.
    if (!begun && input.starts_with("\r\n")) input.erase(0, 2);
    if (input.empty() || input == "\r") return std::nullopt;
    begun = true;
    std::size_t end = 0;
    if (auto refusal = find_end(input, end)) return refusal;
    if (end == 0) return std::nullopt;
    if (end > most_head) return HttpRefusal{431, "The fields of the request are too long."};
    error_code error;
    parser.put(boost::asio::const_buffer{input.data(), end}, error);
    if (error == http::error::bad_version) return HttpRefusal{505, "Only HTTP/1.1 is spoken here."};
    if (error || !parser.is_header_done()) return bad_request("The head of the request is malformed.");
    input.erase(0, end);
    return read_head(parser, parser.head);
  }

  std::optional<HttpRefusal> feed_body(std::string& input) {
    std::size_t taken = 0;
    std::optional<HttpRefusal> refusal;
    while (!parser.is_done() && taken < input.size()) {
      const std::size_t left = input.size() - taken;
      if (parser.chunked() && left < least_chunk) break;
      error_code error;
      taken += parser.put(boost::asio::const_buffer{input.data() + taken, left}, error);
      if (error == http::error::need_more) {
        if (left > most_head) refusal = bad_request("The header of a chunk is too long.");
        break;
      }
      if (error == http::error::body_limit) refusal = HttpRefusal{413, "The body of the request is too long."};
      if (error && !refusal) refusal = bad_request("The body of the request is malformed.");
      if (refusal) break;
    }
    input.erase(0, taken);
    return refusal;
  }
};

HttpRequestParser::HttpRequestParser(std::size_t most_head) : inner_(std::make_unique<Inner>(most_head)) {}
HttpRequestParser::~HttpRequestParser() = default;

std::optional<HttpRefusal> HttpRequestParser::feed(std::string& input) {
  if (!head_done()) return inner_->feed_head(input);
  if (done() || input.empty()) return std::nullopt;
  if (!inner_->limited) return HttpRefusal{413, "This takes no body."};
  return inner_->feed_body(input);
}

bool HttpRequestParser::head_done() const { return inner_->parser.is_header_done(); }
bool HttpRequestParser::done() const { return inner_->parser.is_done(); }
bool HttpRequestParser::begun() const { return inner_->begun; }
HttpHead& HttpRequestParser::head() { return inner_->parser.head; }
const HttpHead& HttpRequestParser::head() const { return inner_->parser.head; }
bool HttpRequestParser::http11() const { return inner_->parser.version == 11; }
std::uint64_t HttpRequestParser::received() const { return inner_->parser.received; }
std::string HttpRequestParser::take_body() { return std::exchange(inner_->parser.body, {}); }

std::optional<HttpRefusal> HttpRequestParser::limit_body(std::uint64_t most) {
  if (head().length.value_or(0) > most) return HttpRefusal{413, "The body of the request is too long."};
  inner_->parser.body_limit(most);
  inner_->limited = true;
  return std::nullopt;
}

}  // namespace dragoman::net
