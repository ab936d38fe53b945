// What OpenSSL thinks of the broker's certificate, which libmosquitto keeps to itself.

import CMosquitto
import Glibc

/// Asks the OpenSSL that libmosquitto has loaded; without one there is no answer.
///
/// Looked up by name, so that nothing of ours is built against OpenSSL for two questions.
enum CertificateVerdict {
    private typealias Result = @convention(c) (UnsafeMutableRawPointer?) -> Int
    private typealias Words = @convention(c) (Int) -> UnsafePointer<CChar>?

    /// The number of the verdict on the connection's peer, 0 when there is none. SSL_get_verify_result(3)
    static func number(of handle: borrowing MosquittoHandle) -> Int {
        guard let connection = unsafe mosquitto_ssl_get(handle.pointer),
            let symbol = unsafe dlsym(nil, "SSL_get_verify_result")
        else { return 0 }
        return unsafe unsafeBitCast(symbol, to: Result.self)(connection)
    }

    /// The verdict in OpenSSL's words. X509_verify_cert_error_string(3)
    static func words(_ number: Int) -> String? {
        guard number > 1, let symbol = unsafe dlsym(nil, "X509_verify_cert_error_string"),
            let text = unsafe unsafeBitCast(symbol, to: Words.self)(number)
        else { return nil }
        return unsafe String(cString: text)
    }
}
