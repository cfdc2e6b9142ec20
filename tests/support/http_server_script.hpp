#pragma once

#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "support/socket.hpp"

namespace dragoman::test {

/// A server on a thread of its own that takes one connection and does what the test says with it.
class HttpServerScript {
 public:
  using Play = std::function<void(Socket& client, const std::string& request)>;

  /// `play` begins when the whole request has come, with it.
  explicit HttpServerScript(Play play)
      : thread_([this, play = std::move(play)] {
          Socket client = listener_.accept();
          if (client.descriptor() >= 0) play(client, read_request(client));
        }) {}
  /// Sends this and closes.
  explicit HttpServerScript(std::string response)
      : HttpServerScript([this, response = std::move(response)](Socket& client, const std::string& request) {
          request_ = request;
          client.write(response);
        }) {}
  ~HttpServerScript() { end(); }

  std::string url(std::string_view path = "/") const {
    return "http://127.0.0.1:" + std::to_string(listener_.port()) + std::string{path};
  }
  /// What it was sent, once it has ended.
  const std::string& request() {
    if (thread_.joinable()) thread_.join();
    return request_;
  }

  /// Waits for bytes; empty at the end.
  static std::string receive(Socket& client) {
    std::string bytes(65536, '\0');
    const ssize_t got = ::recv(client.descriptor(), bytes.data(), bytes.size(), 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }

 private:
  void end() {
    listener_.close();
    if (thread_.joinable()) thread_.join();
  }
  static std::string read_request(Socket& client) {
    std::string request;
    while (true) {
      const std::size_t end = request.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t field = request.find("Content-Length: ");
        const std::size_t size = field < end ? std::stoul(request.substr(field + 16)) : 0;
        if (request.size() >= end + 4 + size) return request;
      }
      const std::string more = receive(client);
      if (more.empty()) return request;
      request += more;
    }
  }

  std::string request_;
  Listener listener_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace dragoman::test
