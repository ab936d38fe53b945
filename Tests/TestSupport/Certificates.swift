// Certificates of every kind that a test needs, made once a process by openssl.

import Foundation

/// A folder of PEM files: authorities, and certificates that they signed.
///
/// `server` is for localhost and 127.0.0.1, `expired` and `elsewhere` are what they say, `client` is a client's: all by
/// `authority`. `impostor` is a client's by `stranger`. `locked.key` is the client's key, encrypted.
public final class Certificates: Sendable {
    private let folder: ScratchFolder

    /// The same ones for all tests of a process.
    public static let shared = Task { try await Certificates() }

    /// Whether there is a program to make them.
    public static let canBeMade = ["/usr/bin/openssl", "/usr/local/bin/openssl", "/bin/openssl"]
        .contains { FileManager.default.isExecutableFile(atPath: $0) }

    private init() async throws {
        folder = try ScratchFolder()
        let status = try await ChildProcess.named("sh", ["-c", Self.script, "sh", folder.url.path])
        guard status == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// The path of a file, such as `server.pem` or `server.key`.
    public func path(_ name: String) -> String { folder.path(name) }

    private static let script = """
        set -e
        cd "$1"
        key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        authority() { openssl req -x509 $key -days 2 -subj "/CN=$1" -keyout $1.key -out $1.pem; }
        leaf() {
            openssl req $key -subj "/CN=$1" -keyout $1.key -out $1.csr
            echo "subjectAltName=$4" >$1.names
            openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days $3 \
                -extfile $1.names -out $1.pem
        }
        authority authority
        authority stranger
        leaf server authority 2 DNS:localhost,IP:127.0.0.1
        leaf expired authority -1 DNS:localhost,IP:127.0.0.1
        leaf elsewhere authority 2 DNS:broker.example
        leaf client authority 2 DNS:recorder
        leaf impostor stranger 2 DNS:recorder
        openssl ec -in client.key -aes256 -passout pass:secret -out locked.key
        """
}
