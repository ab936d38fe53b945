// Names to addresses, off every loop thread: a slow name server holds up nobody else.

import Foundation
import Glibc
import Waiting

/// Resolves a host name.
enum HostLookup {
    /// All TCP addresses of `host` in numeric form, in the resolver's order. getaddrinfo(3)
    ///
    /// libmosquitto's own lookup tries one address only when it connects without blocking; `localhost` with an IPv6
    /// address first would then never reach a broker that listens on IPv4.
    static func addresses(of host: String) async throws(BrokerError) -> [String] {
        let result = Settlement<Result<[String], BrokerError>>()
        Thread.detachNewThread { result.settle(resolve(host)) }
        do {
            return try await result.value().get()
        } catch let error as BrokerError {
            throw error
        } catch {
            throw BrokerError(.cancelled, "Looking up '\(host)' was cancelled.")
        }
    }

    private static func resolve(_ host: String) -> Result<[String], BrokerError> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, nil, &hints, &first)
        guard status == 0 else {
            let cause = unsafe String(cString: gai_strerror(status))
            let message = "The host '\(host)' cannot be found; check its name, or give its address."
            return .failure(BrokerError(.unreachable, message, cause: cause))
        }
        defer { unsafe freeaddrinfo(first) }
        var found: [String] = []
        var next = unsafe first
        while let entry = unsafe next {
            if let text = unsafe numericText(entry.pointee), !found.contains(text) { found.append(text) }
            unsafe next = entry.pointee.ai_next
        }
        return .success(found)
    }

    /// getnameinfo(3) with NI_NUMERICHOST.
    private static func numericText(_ entry: addrinfo) -> String? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let status = unsafe getnameinfo(
                entry.ai_addr,
                entry.ai_addrlen,
                start,
                socklen_t(buffer.count),
                nil,
                0,
                NI_NUMERICHOST
            )
            return unsafe status == 0 ? String(cString: start) : nil
        }
    }
}
