package lab

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The commands of the ethtool interface that turn off what makes a capture
// differ from a wire: checksums filled in later, segments put together or cut
// up later (include/uapi/linux/ethtool.h).
var offloads = []uint32{
	0x1f, // ETHTOOL_STSO
	0x24, // ETHTOOL_SGSO
	0x2c, // ETHTOOL_SGRO
	0x17, // ETHTOOL_STXCSUM
	0x15, // ETHTOOL_SRXCSUM
}

// ethtoolValue is struct ethtool_value.
type ethtoolValue struct{ command, data uint32 }

// ifreqData is struct ifreq with a pointer in its union.
type ifreqData struct {
	name [unix.IFNAMSIZ]byte
	data unsafe.Pointer
	_    [16]byte
}

// offloadsOff makes a device send and receive what is on the wire.
func (s *space) offloadsOff(device string) error {
	return s.do(func() error {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		for _, command := range offloads {
			value := ethtoolValue{command: command}
			request := ifreqData{data: unsafe.Pointer(&value)}
			copy(request.name[:], device)
			_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&request)))
			// Some cannot be changed on some devices, which is fine: then they are off.
			if errno != 0 && errno != unix.EOPNOTSUPP {
				return fmt.Errorf("turn offload %#x of %s off: %w", command, device, errno)
			}
		}
		return nil
	})
}
