#include "accept.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/ip/address_v4.hpp>

namespace bench {

void listen_on_loopback(tcp::acceptor& acceptor, unsigned short port, int backlog) {
  const tcp::endpoint here(boost::asio::ip::address_v4::loopback(), port);
  acceptor.open(here.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  acceptor.bind(here);
  acceptor.listen(backlog);
}

void acknowledge_now(tcp::socket& socket) {
  const int on = 1;
  setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

}  // namespace bench
