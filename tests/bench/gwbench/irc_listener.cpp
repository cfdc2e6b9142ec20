#include "irc_listener.hpp"

#include <array>

#include <boost/asio/buffer.hpp>

#include "accept.hpp"

namespace bench {

struct IrcListener::Connection {
  std::shared_ptr<IrcClient> client;
  LineBuffer lines;
  std::array<char, 4096> bytes;
};

unsigned short IrcListener::listen(unsigned short port) {
  listen_on_loopback(acceptor_, port, 4096);
  accept();
  return acceptor_.local_endpoint().port();
}

void IrcListener::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error == boost::asio::error::operation_aborted) return;
    if (!error) {
      tune(socket);
      auto connection = std::make_shared<Connection>();
      connection->client = server_.add(std::move(socket));
      read(connection);
    }
    accept();
  });
}

void IrcListener::read(const std::shared_ptr<Connection>& connection) {
  const auto buffer = boost::asio::buffer(connection->bytes);
  connection->client->socket.async_read_some(buffer, [this, connection](error_code error, std::size_t n) {
    IrcClient& client = *connection->client;
    if (!error) {
      if (quickack_) acknowledge_now(client.socket);
      connection->lines.feed({connection->bytes.data(), n},
                             [&](std::string_view line) { server_.receive(client, line); });
      if (!client.closing) {
        read(connection);
        return;
      }
      loop_.flush();  // its ERROR line, before the socket goes
    }
    client.open = false;
    server_.remove(client, client.closing ? "Quit" : "Connection closed");
    error_code ignored;
    client.socket.close(ignored);
  });
}

}  // namespace bench
