// Asio's own code, compiled once (BOOST_ASIO_SEPARATE_COMPILATION) for gwbench and limit.
#include <boost/asio/impl/src.hpp>
