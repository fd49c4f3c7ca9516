import Dispatch
import NodeEngine
import NodeService
import Synchronization

extension NodeService {
    /// Waits for what a till would be told.
    func answer(to request: TillRequest) -> TillAnswer {
        let box = Mutex<TillAnswer>(.stopping)
        let isThere = DispatchSemaphore(value: 0)
        perform(request) { answer in
            box.withLock { $0 = answer }
            isThere.signal()
        }
        isThere.wait()
        return box.withLock { $0 }
    }
}
