// An HTTP client made of one socket, which sees what a library would hide: exact bytes, FIN and RST.

import Foundation

/// What came back for one request, up to the end of the connection.
struct RawResponse: Sendable {
    /// How the connection ended.
    enum End: Sendable {
        /// The server closed it.
        case closed
        /// The server reset it.
        case reset
        /// The client stopped reading: after enough body bytes, or after waiting long enough.
        case left
    }

    var bytes: [UInt8] = []
    var end = End.left

    private var headEnd: Int? { bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound }

    var body: [UInt8] { headEnd.map { Array(bytes[$0...]) } ?? [] }

    var status: Int? {
        String(decoding: bytes.prefix(12), as: UTF8.self).split(separator: " ").last.flatMap { Int($0) }
    }

    /// The response fields by lower-case name.
    var fields: [String: String] {
        let head = String(decoding: bytes[..<(headEnd ?? 0)], as: UTF8.self)
        let pairs = head.split(separator: "\r\n").dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            return (parts[0].lowercased(), parts.last ?? "")
        }
        return Dictionary(pairs) { $1 }
    }
}

/// One request to a port of 127.0.0.1, on a thread of its own because it blocks.
struct RawRequest: Sendable {
    var port: Int
    var target: String
    var method = "GET"
    var range: String?
    /// Size of the socket's receive buffer; a small one leaves much of a body with the sender.
    var receiveBuffer: Int32?
    /// Leave once this many body bytes have come.
    var leavesAfter = Int.max
    /// Leave when nothing comes for this long.
    var patience = Duration.seconds(30)

    func response() async -> RawResponse {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: exchange()) }
        }
    }

    private func exchange() -> RawResponse {
        var response = RawResponse()
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var wait = timeval(tv_sec: 0, tv_usec: 0)
        wait.tv_sec = Int(patience.components.seconds)
        wait.tv_usec = Int(patience.components.attoseconds / 1_000_000_000_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        guard connected(descriptor) else { return response }
        let text =
            "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
            + (range.map { "Range: \($0)\r\n" } ?? "") + "Connection: close\r\n\r\n"
        _ = text.withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while response.body.count < leavesAfter {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else {
                response.end = count == 0 ? .closed : errno == ECONNRESET ? .reset : .left
                return response
            }
            response.bytes += buffer[..<count]
        }
        return response
    }

    private func connected(_ descriptor: Int32) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
