package sample

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
)

// Camera is what Photo's metadata says took the picture.
const Camera = "GRIDCAM-3000"

// Photo is a picture as a telephone takes it: 64 by 48 pixels, red on its left half and
// blue on its right, with the position where it was taken, the camera's name, and how it
// is to be turned, 1 to 8 as EXIF counts.
func Photo(orientation int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for y := range 48 {
		for x := range 64 {
			c := color.RGBA{R: 220, A: 255}
			if x >= 32 {
				c = color.RGBA{B: 220, A: 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, nil) // into memory
	exif := append([]byte("Exif\x00\x00"), EXIF(orientation)...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(exif)+2))
	return bytes.Join([][]byte{head, exif, b.Bytes()[2:]}, nil)
}

// EXIF is a block of metadata as TIFF: the camera, the orientation, and 30°16′N 120°9′E.
func EXIF(orientation int) []byte {
	const entries, gpsEntries = 3, 4
	gps := uint32(8 + 2 + entries*12 + 4)
	data := gps + 2 + gpsEntries*12 + 4
	b := []byte("MM\x00\x2a\x00\x00\x00\x08")
	entry := func(tag, kind uint16, count, value uint32) {
		b = binary.BigEndian.AppendUint16(b, tag)
		b = binary.BigEndian.AppendUint16(b, kind)
		b = binary.BigEndian.AppendUint32(b, count)
		b = binary.BigEndian.AppendUint32(b, value)
	}
	b = binary.BigEndian.AppendUint16(b, entries)
	entry(0x010f, 2, uint32(len(Camera)+1), data+48)
	entry(0x0112, 3, 1, uint32(orientation)<<16)
	entry(0x8825, 4, 1, gps)
	b = binary.BigEndian.AppendUint32(b, 0)
	b = binary.BigEndian.AppendUint16(b, gpsEntries)
	entry(1, 2, 2, uint32('N')<<24)
	entry(2, 5, 3, data)
	entry(3, 2, 2, uint32('E')<<24)
	entry(4, 5, 3, data+24)
	b = binary.BigEndian.AppendUint32(b, 0)
	for _, n := range []uint32{30, 1, 16, 1, 0, 1, 120, 1, 9, 1, 0, 1} {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return append(b, Camera+"\x00"...)
}
