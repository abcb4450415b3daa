"""Protobuf messages of a shop, as generated modules would have them: one file, or one that imports another."""

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

_Field = descriptor_pb2.FieldDescriptorProto


def order_type(*more: tuple[str, int]) -> type[Message]:
    """``shop.Order``: ``sku`` and whatever texts besides, by name and number."""
    file = descriptor_pb2.FileDescriptorProto(name="shop/order.proto", package="shop", syntax="proto3")
    message = file.message_type.add(name="Order")
    for name, number in (("sku", 1), *more):
        message.field.add(name=name, number=number, type=_Field.TYPE_STRING, label=_Field.LABEL_OPTIONAL)
    return _class("shop.Order", file)


def other_order_type() -> type[Message]:
    """``shop.Order`` whose ``sku`` is a number: nobody can read it as the other."""
    file = descriptor_pb2.FileDescriptorProto(name="shop/order.proto", package="shop", syntax="proto3")
    field = {"name": "sku", "number": 1, "type": _Field.TYPE_DOUBLE, "label": _Field.LABEL_OPTIONAL}
    file.message_type.add(name="Order").field.add(**field)
    return _class("shop.Order", file)


def basket_type() -> type[Message]:
    """``shop.Basket.Part``, nested, second in its message, of lines in an imported file, with a moment."""
    line = descriptor_pb2.FileDescriptorProto(name="shop/line.proto", package="shop", syntax="proto3")
    line.message_type.add(name="Line").field.add(
        name="amount", number=1, type=_Field.TYPE_INT32, label=_Field.LABEL_OPTIONAL
    )
    basket = descriptor_pb2.FileDescriptorProto(name="shop/basket.proto", package="shop", syntax="proto3")
    basket.dependency.extend(["shop/line.proto", "google/protobuf/timestamp.proto"])
    outer = basket.message_type.add(name="Basket")
    outer.nested_type.add(name="Empty")
    part = outer.nested_type.add(name="Part")
    kinds = {"label": _Field.LABEL_REPEATED, "type": _Field.TYPE_MESSAGE}
    part.field.add(name="lines", number=1, type_name=".shop.Line", **kinds)
    part.field.add(name="moments", number=2, type_name=".google.protobuf.Timestamp", **kinds)
    return _class("shop.Basket.Part", line, basket)


def _class(name: str, *files: descriptor_pb2.FileDescriptorProto) -> type[Message]:
    from google.protobuf import timestamp_pb2

    pool = DescriptorPool()
    moment = descriptor_pb2.FileDescriptorProto()
    timestamp_pb2.DESCRIPTOR.CopyToProto(moment)
    for file in (moment, *files):
        pool.Add(file)
    return GetMessageClass(pool.FindMessageTypeByName(name))
