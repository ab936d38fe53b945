// The edges' errors as errors of a run.

import BrokerLink
import DeviceSimulation
import FirmwareHost

extension RunError {
    /// A broker's error: what was typed wrong cannot be done, everything else is a broker that cannot be reached.
    init(_ error: BrokerError) {
        switch error.code {
        case .badAddress, .badMessage, .brokerMissing, .unusableFile:
            self.init(.impossible, error.message, cause: error)
        // What OpenSSL says tells more than any sentence of ours.
        case .tlsFailed: self.init(.unreachable, error.description, cause: error)
        default: self.init(.unreachable, error.message, cause: error)
        }
        mayPass = error.mayPass
    }

    /// A firmware host's error: an address that cannot be listened on, or an image that cannot be read.
    init(_ error: FirmwareHostError) {
        self.init(error.code == .cannotListen ? .unreachable : .unreadable, error.message, cause: error)
    }

    /// Whatever an edge throws, as an error of the run.
    init(anyOf error: any Error) {
        switch error {
        case let error as RunError: self = error
        case let error as BrokerError: self.init(error)
        case let error as FirmwareHostError: self.init(error)
        case let error as DeviceSimulationError:
            self.init(error.code == .connectionLost ? .unreachable : .impossible, error.message, cause: error)
        default: self.init(.impossible, "\(error)", cause: error)
        }
    }
}
