"""A small valid CT slice, and how a finding is told. For the scripts in Python."""

import sys

import numpy
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid


def write_slice(name, synthetic=None, spacing_between_slices=None):
    data = Dataset()
    data.SOPClassUID, data.SOPInstanceUID = CTImageStorage, generate_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID = generate_uid(), generate_uid()
    data.FrameOfReferenceUID = generate_uid()
    if synthetic is not None:
        data.add_new(0x0008001C, "CS", synthetic)
    data.Modality, data.PatientID, data.PatientName = "CT", "1", "A"
    data.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    data.StudyDate, data.StudyTime, data.StudyID, data.AccessionNumber = "20260101", "000000", "1", ""
    data.SeriesNumber = data.InstanceNumber = data.AcquisitionNumber = 1
    data.PixelSpacing, data.SliceThickness = [2, 2], 3
    if spacing_between_slices is not None:
        data.SpacingBetweenSlices = spacing_between_slices
    data.ImageOrientationPatient, data.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, 0]
    data.RescaleSlope, data.RescaleIntercept = 1, 0
    data.Rows = data.Columns = 16
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 1
    data.PixelData = numpy.arange(256, dtype="<i2").tobytes()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.save_as(name, enforce_file_format=True)


def report(library, behaviour, expected, seen, is_as_found):
    print(f"{library}: {behaviour}\nexpected: {expected}\nseen:     {seen}")
    print("The behaviour is as found." if is_as_found else "The behaviour has changed.")
    sys.exit(0 if is_as_found else 1)
