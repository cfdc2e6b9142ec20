#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <sys/resource.h>

#include <boost/asio/ip/address.hpp>

#include "relay.hpp"

namespace {

limit::tcp::endpoint endpoint(const char* address, const char* port) {
  return {boost::asio::ip::make_address(address), static_cast<unsigned short>(std::stoi(port))};
}

}  // namespace

int main(int argc, char** argv) {
  const auto fault = argc == 7 ? limit::parse_fault(argv[6]) : limit::Fault::none;
  if (argc < 6 || argc > 7 || !fault) {
    std::fprintf(stderr, "usage: limit DOMAIN SECRET COMPONENT_PORT IRC_HOST IRC_PORT [drop|dup|swap|misroute]\n");
    return 2;
  }
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    limit::Relay relay(argv[1], argv[2], endpoint(argv[4], argv[5]), *fault);
    relay.run(endpoint("127.0.0.1", argv[3]));
    return 0;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "limit: %s\n", failure.what());
    return 1;
  }
}
