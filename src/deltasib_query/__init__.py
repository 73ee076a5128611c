"""Safe filters and lazy lists for the DeltaSIB web service.

>>> from deltasib_query import User, parse
>>> mine = User.Username.startswith("ali") & (User.User_Id >= 100)
>>> typed = parse("Username like 'ali%' or Name = 'علی'", User)
>>> str(mine & typed)
"Username like 'ali%' and User_Id >= 100 and (Username like 'ali%' or Name = 'علی')"
"""

from deltasib_query.filters import Filter, all_of, any_of
from deltasib_query.schema.objects import OnlineRadiusUser, Service, User, UserCreditInfo, UserPayment, UserServiceBase
from deltasib_query.validation import check, parse
